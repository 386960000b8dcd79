using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Cli.SelfTest.Lab;

/// <summary>Listeners that say back what they hear, or "ok" to an HTTP request, and remember it.</summary>
internal sealed class EchoServer : IDisposable
{
    private readonly List<Socket> _sockets = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Deliveries? _deliveries;

    private static ReadOnlyMemory<byte> Ok { get; } = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray();

    private EchoServer(Deliveries? deliveries) => _deliveries = deliveries;

    /// <summary>Listens on every address, IPv4 and IPv6, in the calling thread's network namespace.</summary>
    /// <param name="ports">For TCP and UDP.</param>
    /// <param name="deliveries">Remembers what arrives; null where the wire is watched.</param>
    public static EchoServer Start(IEnumerable<int> ports, Deliveries? deliveries)
    {
        var server = new EchoServer(deliveries);
        foreach (int port in ports)
        {
            var any = new IPEndPoint(IPAddress.IPv6Any, port);
            Socket listener = server.Bind(new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true }, any);
            listener.Listen(64);
            _ = server.AcceptAsync(listener, $"tcp {port}");
            Socket datagrams = server.Bind(new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true }, any);
            _ = server.AnswerAsync(datagrams, $"udp {port}");
        }

        return server;
    }

    /// <summary>Answers datagrams from the address that they came to, which a listener on every address does not.</summary>
    public static EchoServer StartDatagrams(IEnumerable<IPEndPoint> endPoints)
    {
        var server = new EchoServer(null);
        foreach (IPEndPoint endPoint in endPoints)
        {
            Socket socket = server.Bind(new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp), endPoint);
            _ = server.AnswerAsync(socket, "");
        }

        return server;
    }

    /// <summary>Listens on unix sockets: stream, and datagram beside it with <c>.datagram</c> behind the name.</summary>
    public static EchoServer StartUnix(IEnumerable<string> paths, Deliveries deliveries)
    {
        var server = new EchoServer(deliveries);
        foreach (string path in paths)
        {
            Socket listener = server.Bind(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), EndPoint(path));
            listener.Listen(64);
            _ = server.AcceptAsync(listener, path);
            Socket datagrams = server.Bind(new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified), EndPoint($"{path}.datagram"));
            _ = server.ListenAsync(datagrams, $"{path}.datagram");
            foreach (string file in new[] { path, $"{path}.datagram" }.Where(File.Exists))
            {
                File.SetUnixFileMode(file, (UnixFileMode)0b111_111_111);
            }
        }

        return server;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _sockets.ForEach(socket => socket.Dispose());
        _stop.Dispose();
    }

    private static UnixDomainSocketEndPoint EndPoint(string path) =>
        new(path.StartsWith('@') ? $"\0{path[1..]}" : path);

    private Socket Bind(Socket socket, EndPoint endPoint)
    {
        _sockets.Add(socket);
        socket.Bind(endPoint);
        return socket;
    }

    private async Task AcceptAsync(Socket listener, string where)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket peer = await listener.AcceptAsync(_stop.Token);
                _ = EchoAsync(peer, where);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task EchoAsync(Socket peer, string where)
    {
        byte[] buffer = new byte[65_536];
        using (peer)
        {
            try
            {
                int size;
                while ((size = await peer.ReceiveAsync(buffer, _stop.Token)) > 0)
                {
                    _deliveries?.Add(where, buffer.AsSpan(0, size));
                    await peer.SendAsync(buffer.AsSpan(0, size).StartsWith("GET "u8) ? Ok : buffer.AsMemory(0, size), _stop.Token);
                }
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task AnswerAsync(Socket socket, string where)
    {
        byte[] buffer = new byte[65_536];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveMessageFromResult result = await socket.ReceiveMessageFromAsync(
                    buffer, new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0), _stop.Token);
                _deliveries?.Add(where, buffer.AsSpan(0, result.ReceivedBytes));
                await socket.SendToAsync(buffer.AsMemory(0, result.ReceivedBytes), result.RemoteEndPoint, _stop.Token);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task ListenAsync(Socket socket, string where)
    {
        byte[] buffer = new byte[65_536];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                int size = await socket.ReceiveAsync(buffer, _stop.Token);
                _deliveries?.Add(where, buffer.AsSpan(0, size));
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }
}

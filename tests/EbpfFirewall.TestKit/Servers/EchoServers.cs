using System.Net;
using System.Net.Sockets;
using EbpfFirewall.TestKit.Lab;

namespace EbpfFirewall.TestKit.Servers;

/// <summary>
/// TCP and UDP servers that send back what they get and remember it: the oracle for "this never arrived".
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class EchoServers : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<SinkRecord> _records = [];
    private readonly List<Socket> _sockets = [];
    private readonly CancellationTokenSource _stop = new();

    private EchoServers()
    {
    }

    /// <summary>How many records there are; a mark for <see cref="Since"/>.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _records.Count;
            }
        }
    }

    /// <summary>Opens a TCP and a UDP server at each end point, inside a namespace. Port 0 lets the kernel choose.</summary>
    public static EchoServers Start(NetworkNamespace where, IEnumerable<IPEndPoint> tcp, IEnumerable<IPEndPoint> udp)
    {
        EchoServers servers = new();
        where.Run(() =>
        {
            servers._sockets.AddRange(tcp.Select(endPoint => Listen(endPoint, SocketType.Stream, ProtocolType.Tcp)));
            servers._sockets.AddRange(udp.Select(endPoint => Listen(endPoint, SocketType.Dgram, ProtocolType.Udp)));
            return true;
        });
        foreach (Socket socket in servers._sockets)
        {
            _ = socket.SocketType == SocketType.Stream ? servers.AcceptAsync(socket) : servers.EchoDatagramsAsync(socket);
        }

        return servers;
    }

    /// <summary>The end points in the order in which they were given, TCP first.</summary>
    public IPEndPoint[] LocalEndPoints => [.. _sockets.Select(socket => (IPEndPoint)socket.LocalEndPoint!)];

    /// <summary>What arrived after a mark, at one host or at all.</summary>
    public SinkRecord[] Since(int mark, LabHost? host = null)
    {
        lock (_lock)
        {
            return [.. _records.Skip(mark).Where(record => host is null || host.Is(record.Local.Address))];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private static Socket Listen(IPEndPoint endPoint, SocketType type, ProtocolType protocol)
    {
        Socket socket = new(endPoint.AddressFamily, type, protocol);
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = false;
        }

        socket.Bind(endPoint);
        if (type == SocketType.Stream)
        {
            socket.Listen(512);
        }

        return socket;
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket connection;
            try
            {
                connection = await listener.AcceptAsync(_stop.Token);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                continue;
            }

            _ = EchoStreamAsync(connection);
        }
    }

    private async Task EchoStreamAsync(Socket connection)
    {
        using Socket owned = connection;
        byte[] buffer = new byte[16384];
        try
        {
            IPEndPoint local = (IPEndPoint)connection.LocalEndPoint!;
            IPEndPoint peer = (IPEndPoint)connection.RemoteEndPoint!;
            Add(new SinkRecord(ProtocolType.Tcp, local, peer, []));
            while (await connection.ReceiveAsync(buffer, _stop.Token) is > 0 and int count)
            {
                Add(new SinkRecord(ProtocolType.Tcp, local, peer, buffer[..count]));
                await connection.SendAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The peer or the lab is gone; what arrived is recorded.
        }
    }

    private async Task EchoDatagramsAsync(Socket socket)
    {
        IPEndPoint local = (IPEndPoint)socket.LocalEndPoint!;
        IPEndPoint any = new(local.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        byte[] buffer = new byte[65536];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult got = await socket.ReceiveFromAsync(buffer, any, _stop.Token);
                Add(new SinkRecord(ProtocolType.Udp, local, (IPEndPoint)got.RemoteEndPoint, buffer[..got.ReceivedBytes]));
                await socket.SendToAsync(buffer.AsMemory(0, got.ReceivedBytes), got.RemoteEndPoint, _stop.Token);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // ICMP errors of earlier answers arrive here; the loop's condition ends it.
            }
        }
    }

    private void Add(SinkRecord record)
    {
        lock (_lock)
        {
            _records.Add(record);
        }
    }
}

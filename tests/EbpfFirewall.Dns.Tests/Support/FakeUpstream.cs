using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Dns.Tests.Support;

/// <summary>A name server that answers as the test says, over UDP and TCP on one port of the loopback interface.</summary>
internal sealed class FakeUpstream : IAsyncDisposable
{
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly Task _running;
    private volatile bool _disposed;

    internal FakeUpstream(Func<UpstreamQuery, IEnumerable<byte[]>> answer)
    {
        Answer = answer;
        (_udp, _tcp) = Bind();
        EndPoint = (IPEndPoint)_udp.LocalEndPoint!;
        _running = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    internal Func<UpstreamQuery, IEnumerable<byte[]>> Answer { get; set; }

    internal IPEndPoint EndPoint { get; }

    internal ConcurrentQueue<UpstreamQuery> Queries { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _udp.Dispose();
        _tcp.Dispose();
        await _running;
    }

    private static (Socket Udp, Socket Tcp) Bind()
    {
        while (true)
        {
            Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                tcp.Listen();
                udp.Bind(tcp.LocalEndPoint!);
                return (udp, tcp);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                tcp.Dispose();
                udp.Dispose();
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        byte[] buffer = new byte[65535];
        while (!_disposed)
        {
            try
            {
                SocketReceiveFromResult received = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                foreach (byte[] reply in Ask(buffer.AsSpan(0, received.ReceivedBytes), (IPEndPoint)received.RemoteEndPoint, isTcp: false))
                {
                    await _udp.SendToAsync(reply, received.RemoteEndPoint);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task ServeTcpAsync()
    {
        while (!_disposed)
        {
            try
            {
                Socket connection = await _tcp.AcceptAsync();
                _ = ServeConnectionAsync(connection);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task ServeConnectionAsync(Socket connection)
    {
        using NetworkStream stream = new(connection, ownsSocket: true);
        byte[] buffer = new byte[65535];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(buffer.AsMemory(0, 2));
                int length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
                await stream.ReadExactlyAsync(buffer.AsMemory(0, length));
                foreach (byte[] reply in Ask(buffer.AsSpan(0, length), (IPEndPoint)connection.RemoteEndPoint!, isTcp: true))
                {
                    await stream.WriteAsync((byte[])[.. Msg.U16(reply.Length), .. reply]);
                }
            }
        }
        catch (Exception e) when (e is IOException or EndOfStreamException)
        {
        }
    }

    private IEnumerable<byte[]> Ask(ReadOnlySpan<byte> message, IPEndPoint client, bool isTcp)
    {
        UpstreamQuery query = new(message.ToArray(), client, isTcp);
        Queries.Enqueue(query);
        return Answer(query);
    }
}

using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Tests.Support;

/// <summary>A TCP listener and a UDP socket on one port, outside every sandbox.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Socket _tcp;
    private readonly Socket _udp;

    private Peer(Socket tcp, Socket udp)
    {
        _tcp = tcp;
        _udp = udp;
    }

    internal int Port => ((IPEndPoint)_tcp.LocalEndPoint!).Port;

    /// <summary>Waits for a datagram.</summary>
    internal async Task<byte[]> ReceiveAsync()
    {
        byte[] buffer = new byte[16];
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return buffer[..await _udp.ReceiveAsync(buffer, timeout.Token)];
    }

    /// <summary>True when a datagram has arrived.</summary>
    internal bool HasDatagram => _udp.Available > 0;

    /// <summary>True when a connection waits to be accepted.</summary>
    internal bool HasConnection => _tcp.Poll(0, SelectMode.SelectRead);

    internal static Peer Open(string address)
    {
        IPAddress bind = IPAddress.Parse(address);
        while (true)
        {
            var tcp = new Socket(bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(bind, 0));
            tcp.Listen();
            var udp = new Socket(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                udp.Bind(tcp.LocalEndPoint!);
                return new Peer(tcp, udp);
            }
            catch (SocketException)
            {
                // The port is free for TCP alone: take another.
                tcp.Dispose();
                udp.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _tcp.Dispose();
        _udp.Dispose();
    }
}

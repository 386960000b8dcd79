using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Opens listeners in the caller's own network namespace.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class LoopbackListenerFactory : IListenerFactory
{
    private const int Backlog = 128;

    /// <inheritdoc/>
    public Socket Listen(SocketType socketType, IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        Socket socket = new(address.AddressFamily, socketType, socketType == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            socket.Bind(new IPEndPoint(address, port));
            if (socketType == SocketType.Stream)
            {
                socket.Listen(Backlog);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>
/// Opens the proxy's client-facing sockets where the client is: on the loopback of the target's network namespace.
/// Upstream sockets are not its business.
/// </summary>
public interface IListenerFactory
{
    /// <summary>A bound UDP socket, or a bound and listening TCP socket, on <paramref name="address"/>.</summary>
    /// <param name="socketType"><see cref="SocketType.Dgram"/> or <see cref="SocketType.Stream"/>.</param>
    /// <param name="address">127.0.0.1 or ::1.</param>
    /// <param name="port">Port in host order; 0 lets the kernel choose.</param>
    /// <exception cref="SocketException">The port is taken, or the family is not available.</exception>
    Socket Listen(SocketType socketType, IPAddress address, int port);
}

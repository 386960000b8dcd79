using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Tells who sent a query. Implemented by the host of the proxy, from what the kernel recorded.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public interface IClientIdentity
{
    /// <summary>
    /// Finds the flow that was sent to this proxy from <paramref name="client"/>.
    /// </summary>
    /// <param name="protocol"><see cref="TransportProtocols.Tcp"/> or <see cref="TransportProtocols.Udp"/>.</param>
    /// <param name="client">Address (never IPv4-mapped) and port of the sender.</param>
    /// <param name="flow">The flow, when found.</param>
    /// <returns>False when the sender was not redirected here by the firewall: it is refused.</returns>
    bool TryIdentify(TransportProtocols protocol, IPEndPoint client, out ClientFlow flow);
}

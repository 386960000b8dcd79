using System.Net;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Opens addresses in the enforcement layer. Implemented by the host of the proxy.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public interface IAddressGrants
{
    /// <summary>
    /// Opens <paramref name="address"/> as <paramref name="answer"/> says. In force when the call returns. A later grant for the same
    /// class extends, never shortens.
    /// </summary>
    /// <returns>
    /// False when that could not be done: the table is full, or another policy has come into force that does not open it. The proxy
    /// then withholds the answer.
    /// </returns>
    bool TryGrant(NameAnswer answer, IPAddress address);
}

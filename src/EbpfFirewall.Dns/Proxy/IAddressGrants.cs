using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Opens addresses in the enforcement layer. Implemented by the host of the proxy.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public interface IAddressGrants
{
    /// <summary>
    /// Grants what <paramref name="termClass"/> says about <paramref name="address"/> for <paramref name="lifetime"/>, because
    /// <paramref name="name"/> led there. In force when the call returns. A later grant for the same class extends, never shortens.
    /// </summary>
    /// <returns>False when the address could not be opened (a full table); the proxy then withholds the answer.</returns>
    bool TryGrant(string name, IPAddress address, TermClass termClass, TimeSpan lifetime);
}

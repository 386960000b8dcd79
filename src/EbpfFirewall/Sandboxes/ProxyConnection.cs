using System.Net;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// Joins a DNS proxy to the kernel side. The proxy comes first, for the programs have its ports baked in; until
/// <see cref="Join"/> it knows no client and so refuses everybody.
/// </summary>
internal sealed class ProxyConnection : IClientIdentity, IAddressGrants, IDnsObserver
{
    private volatile Joined? _joined;

    public void Join(IClientIdentity identity, IAddressGrants grants, Action<DnsDecision> observe) =>
        _joined = new Joined(identity, grants, observe);

    public bool TryIdentify(TransportProtocols protocol, IPEndPoint client, out ClientFlow flow)
    {
        flow = default;
        return _joined?.Identity.TryIdentify(protocol, client, out flow) ?? false;
    }

    public bool TryGrant(NameAnswer answer, IPAddress address) => _joined?.Grants.TryGrant(answer, address) ?? false;

    public void OnDecision(DnsDecision decision) => _joined?.Observe(decision);

    private sealed record Joined(IClientIdentity Identity, IAddressGrants Grants, Action<DnsDecision> Observe);
}

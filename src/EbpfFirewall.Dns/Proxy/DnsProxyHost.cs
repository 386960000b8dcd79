namespace EbpfFirewall.Dns.Proxy;

/// <summary>What a proxy needs from whoever runs it.</summary>
/// <param name="Listeners">Opens the sockets that clients reach.</param>
/// <param name="Identity">Tells who sent a query.</param>
/// <param name="Grants">Opens the addresses of an answer.</param>
/// <param name="Observer">Hears every decision.</param>
public sealed record DnsProxyHost(
    IListenerFactory Listeners,
    IClientIdentity Identity,
    IAddressGrants Grants,
    IDnsObserver Observer)
{
    /// <summary>Counts names against limits. Null, the default: nothing is limited.</summary>
    public INameLimits? Limits { get; init; }
}

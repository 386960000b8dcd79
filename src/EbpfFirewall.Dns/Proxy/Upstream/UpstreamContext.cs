namespace EbpfFirewall.Dns.Proxy;

/// <summary>What the sockets to upstreams share.</summary>
/// <param name="Options">Settings.</param>
/// <param name="Clock">Time.</param>
/// <param name="Counters">Counters.</param>
/// <param name="Random">Ids.</param>
/// <param name="Handler">Takes answers.</param>
/// <param name="Retry">Takes queries whose attempt failed.</param>
internal sealed record UpstreamContext(
    DnsProxyOptions Options,
    ProxyClock Clock,
    ProxyCounters Counters,
    RandomIds Random,
    IUpstreamHandler Handler,
    Action<Query> Retry);

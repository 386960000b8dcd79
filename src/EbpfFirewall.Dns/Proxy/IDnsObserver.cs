namespace EbpfFirewall.Dns.Proxy;

/// <summary>Receives every decision of the proxy. Implementations return fast and do not throw.</summary>
/// <remarks>Called from several threads at once.</remarks>
public interface IDnsObserver
{
    /// <summary>One query was decided.</summary>
    void OnDecision(DnsDecision decision);
}

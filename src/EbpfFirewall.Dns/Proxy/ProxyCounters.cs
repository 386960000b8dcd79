namespace EbpfFirewall.Dns.Proxy;

/// <summary>The live counters behind <see cref="DnsProxyCounters"/>.</summary>
internal sealed class ProxyCounters
{
    internal long Queries;
    internal long Allowed;
    internal long Denied;
    internal long UnknownClients;
    internal long Malformed;
    internal long Timeouts;
    internal long UpstreamMalformed;
    internal long UpstreamIgnored;
    internal long UpstreamRetries;
    internal long UpstreamTcp;
    internal long GrantFailures;
    internal long Rebindings;
    internal long Overloaded;
    internal long TcpClosed;
    internal long DerivedDropped;
    internal long Faults;

    internal static void Count(ref long counter) => Interlocked.Increment(ref counter);

    internal DnsProxyCounters Snapshot() => new()
    {
        Queries = Interlocked.Read(ref Queries),
        Allowed = Interlocked.Read(ref Allowed),
        Denied = Interlocked.Read(ref Denied),
        UnknownClients = Interlocked.Read(ref UnknownClients),
        Malformed = Interlocked.Read(ref Malformed),
        Timeouts = Interlocked.Read(ref Timeouts),
        UpstreamMalformed = Interlocked.Read(ref UpstreamMalformed),
        UpstreamIgnored = Interlocked.Read(ref UpstreamIgnored),
        UpstreamRetries = Interlocked.Read(ref UpstreamRetries),
        UpstreamTcp = Interlocked.Read(ref UpstreamTcp),
        GrantFailures = Interlocked.Read(ref GrantFailures),
        Rebindings = Interlocked.Read(ref Rebindings),
        Overloaded = Interlocked.Read(ref Overloaded),
        TcpClosed = Interlocked.Read(ref TcpClosed),
        DerivedDropped = Interlocked.Read(ref DerivedDropped),
        Faults = Interlocked.Read(ref Faults),
    };
}

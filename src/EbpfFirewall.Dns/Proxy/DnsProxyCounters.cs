namespace EbpfFirewall.Dns.Proxy;

/// <summary>What a proxy has done so far.</summary>
public readonly record struct DnsProxyCounters
{
    /// <summary>Messages received from clients, over UDP and TCP, malformed ones included.</summary>
    public long Queries { get; init; }

    /// <summary>Queries that were allowed, whatever the upstream made of them.</summary>
    public long Allowed { get; init; }

    /// <summary>Queries that were denied: by name, by type, by the rebinding guard, by a failed grant.</summary>
    public long Denied { get; init; }

    /// <summary>Queries and connections from clients that the firewall did not send here.</summary>
    public long UnknownClients { get; init; }

    /// <summary>Messages from clients that were not one plain question.</summary>
    public long Malformed { get; init; }

    /// <summary>Queries that no upstream answered in time.</summary>
    public long Timeouts { get; init; }

    /// <summary>Queries whose upstream answer was malformed or did not fit the question.</summary>
    public long UpstreamMalformed { get; init; }

    /// <summary>Datagrams from an upstream that belong to no waiting query: late, doubled or forged.</summary>
    public long UpstreamIgnored { get; init; }

    /// <summary>Queries sent to an upstream again, or to the next one.</summary>
    public long UpstreamRetries { get; init; }

    /// <summary>Queries repeated over TCP because the upstream's answer was truncated.</summary>
    public long UpstreamTcp { get; init; }

    /// <summary>Answers withheld because a grant failed.</summary>
    public long GrantFailures { get; init; }

    /// <summary>Answers withheld by the rebinding guard.</summary>
    public long Rebindings { get; init; }

    /// <summary>Queries answered with SERVFAIL because too many were waiting.</summary>
    public long Overloaded { get; init; }

    /// <summary>TCP connections closed because there were too many, or because they were idle or stuck.</summary>
    public long TcpClosed { get; init; }

    /// <summary>Alias targets that were not learned because the table was full.</summary>
    public long DerivedDropped { get; init; }

    /// <summary>Exceptions that came out of the host's callbacks or our own code; whatever they were about was denied.</summary>
    public long Faults { get; init; }
}

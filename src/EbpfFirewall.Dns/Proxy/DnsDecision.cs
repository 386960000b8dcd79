using System.Collections.Immutable;
using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>What the proxy decided about one query.</summary>
public sealed record DnsDecision
{
    /// <summary>The name in question: lower case, no trailing dot, "." for the root, octets outside printable ASCII as \DDD.</summary>
    public required string Name { get; init; }

    /// <summary>Query type (IANA number).</summary>
    public required ushort QueryType { get; init; }

    /// <summary>Id of the client's query.</summary>
    public required ushort TransactionId { get; init; }

    /// <summary><see cref="TransportProtocols.Tcp"/> or <see cref="TransportProtocols.Udp"/>.</summary>
    public required TransportProtocols Protocol { get; init; }

    /// <summary>The verdict; in <see cref="PolicyMode.Observe"/> the one that would have been.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why.</summary>
    public required DecisionReason Reason { get; init; }

    /// <summary>The rule that decided, an index into <see cref="FirewallPolicy.Rules"/>; -1 when none did.</summary>
    public required int RuleIndex { get; init; }

    /// <summary>For <see cref="DecisionReason.BudgetNames"/> the limit; null otherwise.</summary>
    public PolicyLimit? Limit { get; init; }

    /// <summary>The policy that decided; null when no question was judged.</summary>
    public FirewallPolicy? Policy { get; init; }

    /// <summary>Who asked, and which server was asked.</summary>
    public required ClientFlow Client { get; init; }

    /// <summary>Response code sent (IANA number).</summary>
    public required int ResponseCode { get; init; }

    /// <summary>The addresses of the answer that were granted.</summary>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];
}

using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>What was decided about a question before its answer is known.</summary>
/// <param name="Kind">What happens with it.</param>
/// <param name="Reason">Why.</param>
/// <param name="RuleIndex">The rule that decided; -1 when none did.</param>
/// <param name="Class">The class that the addresses get.</param>
internal readonly record struct QueryVerdict(QueryVerdictKind Kind, DecisionReason Reason, int RuleIndex, TermClass Class)
{
    /// <summary>The name whose rights these are, in wire form, when it is not the one that was asked for.</summary>
    internal byte[]? WireOrigin { get; init; }

    /// <summary>The limit that is in the way.</summary>
    internal PolicyLimit? Limit { get; init; }

    internal bool IsAllowed => Kind is QueryVerdictKind.Forward or QueryVerdictKind.Localhost;
}

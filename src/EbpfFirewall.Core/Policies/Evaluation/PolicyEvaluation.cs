using EbpfFirewall.Decisions;

namespace EbpfFirewall.Policies;

/// <summary>What a policy says about one destination.</summary>
/// <param name="Verdict">The verdict; in <see cref="PolicyMode.Observe"/> the one that would have been.</param>
/// <param name="Reason">Why.</param>
/// <param name="RuleIndex">The rule that decided, an index into <see cref="FirewallPolicy.Rules"/>; -1 when none did.</param>
public readonly record struct PolicyEvaluation(Verdict Verdict, DecisionReason Reason, int RuleIndex);

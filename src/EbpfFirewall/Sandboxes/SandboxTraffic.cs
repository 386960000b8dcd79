using System.Collections.Immutable;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall;

/// <summary>What a sandbox tried and sent, by what decided about it.</summary>
/// <param name="ByRule">
/// For the rules of the policy in force, since each came into force; a rule that stays from one policy to the next counts on. Rules beyond the
/// first 65,536 are not counted.
/// </param>
/// <param name="ByReason">What no rule decided, since the sandbox was made; reasons that never occurred are left out.</param>
public sealed record SandboxTraffic(
    ImmutableDictionary<FirewallRule, TrafficCount> ByRule,
    ImmutableDictionary<DecisionReason, TrafficCount> ByReason);

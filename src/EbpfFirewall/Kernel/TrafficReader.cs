using System.Collections.Immutable;
using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel;

/// <summary>Says for rules and reasons what the kernel has counted by number.</summary>
internal static class TrafficReader
{
    public static SandboxTraffic Read(TrafficCounters counters, FirewallPolicy policy, RuleNumbers numbers)
    {
        ImmutableDictionary<FirewallRule, TrafficCount>.Builder byRule = ImmutableDictionary.CreateBuilder<FirewallRule, TrafficCount>();
        foreach (FirewallRule rule in policy.Rules)
        {
            if (numbers.NumberOf(rule) is { } number)
            {
                byRule[rule] = Count(counters.ReadRule(number));
            }
        }

        ImmutableDictionary<DecisionReason, TrafficCount>.Builder byReason = ImmutableDictionary.CreateBuilder<DecisionReason, TrafficCount>();
        for (int reason = 0; reason < TrafficRecord.Reasons; reason++)
        {
            TrafficCount count = Count(counters.ReadReason(reason));
            if (count != default)
            {
                byReason[(DecisionReason)reason] = count;
            }
        }

        return new SandboxTraffic(byRule.ToImmutable(), byReason.ToImmutable());
    }

    private static TrafficCount Count(TrafficRecord record) => new((long)record.Calls, (long)record.Packets, (long)record.Bytes);
}

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>The rules about unix sockets as the kernel side reads them (<c>bpf/lib/unixname.h</c>): one after the other.</summary>
internal static class UnixLines
{
    /// <summary>Rules that are asked: <c>EFW_UNIX_RULES_MAX</c>.</summary>
    public const int RulesMax = 1024;

    /// <summary>Writes the rules.</summary>
    /// <returns>The first line; 0: there is none.</returns>
    /// <exception cref="EgressFirewallException">There are too many.</exception>
    public static uint Write(ref LineWriter lines, ImmutableArray<CompiledUnixRule> rules, Func<int, int> numberOf)
    {
        if (rules.IsEmpty)
        {
            return 0;
        }

        if (rules.Length > RulesMax)
        {
            throw new EgressFirewallException(
                ErrorCodes.PolicyTooLarge,
                $"The policy has {rules.Length} rules about unix sockets; {RulesMax} is the limit. Name directories with /** instead.");
        }

        uint first = lines.Take((uint)rules.Length * UnixRuleRecord.Lines);
        if (!lines.IsCounting)
        {
            for (int i = 0; i < rules.Length; i++)
            {
                Unsafe.As<LineRecord, UnixRuleRecord>(ref lines.At<LineRecord>(first + ((uint)i * UnixRuleRecord.Lines))) =
                    ToRecord(rules[i], numberOf(rules[i].RuleIndex), hasMore: i < rules.Length - 1);
            }
        }

        return first;
    }

    private static UnixRuleRecord ToRecord(in CompiledUnixRule rule, int number, bool hasMore)
    {
        UnixRuleRecord record = new()
        {
            Rule = number,
            Verdict = rule.Action == RuleAction.Allow ? Verdict.Allow : Verdict.Deny,
            Kind = (rule.IsAbstract ? UnixKinds.Abstract : UnixKinds.Path) | (rule.IsBelow ? UnixKinds.Below : UnixKinds.None),
            More = hasMore ? (byte)1 : (byte)0,
        };
        record.Length = (byte)Encoding.UTF8.GetBytes(rule.Text, MemoryMarshal.AsBytes((Span<ulong>)record.Text));
        return record;
    }
}

using System.Collections.Immutable;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>What is wrong with limits although each of them is well written.</summary>
internal static class LimitChecks
{
    internal static void FindUnfit(ImmutableArray<ParsedRule> rules, List<PolicyProblem> errors)
    {
        foreach (ParsedRule rule in rules.Where(rule => rule.Specification.Limits.Length > 0))
        {
            if (rule.Action == RuleAction.Deny)
            {
                errors.Add(About(rule, "a rule that denies lets nothing through that could be limited", "limit a rule that allows"));
            }
            else if (rule.Target is not RuleTarget.Name && rule.Specification.Limits.Any(limit => limit.Quantity == LimitQuantity.Names))
            {
                errors.Add(About(rule, "the rule speaks of no names", "limit bytes= or connections=, or the names of a name rule"));
            }
        }
    }

    internal static void FindDuplicates(IReadOnlyList<(PolicyLimit Limit, string Text, string Source)> limits, List<PolicyProblem> errors)
    {
        HashSet<(LimitScope, LimitQuantity, bool)> seen = [];
        foreach ((PolicyLimit limit, string text, string source) in limits)
        {
            if (!seen.Add((limit.Scope, limit.Quantity, limit.Interval is null)))
            {
                errors.Add(new PolicyProblem
                {
                    Source = source,
                    RuleText = text,
                    Message = "another limit says the same of it",
                    Remedy = "give one within an interval and one for good at most",
                });
            }
        }
    }

    private static PolicyProblem About(ParsedRule rule, string message, string remedy) =>
        new() { Source = rule.Rule.Source, RuleText = rule.Rule.Text, Message = message, Remedy = remedy };
}

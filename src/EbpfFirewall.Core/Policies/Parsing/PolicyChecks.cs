using System.Collections.Immutable;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>What can only be seen by looking at all rules together.</summary>
internal static class PolicyChecks
{
    /// <summary>Two rules with one id could not be told apart in a log.</summary>
    internal static void FindEqualIds(ImmutableArray<ParsedRule> rules, List<PolicyProblem> errors)
    {
        Dictionary<string, FirewallRule> seen = new(StringComparer.Ordinal);
        foreach (FirewallRule rule in rules.Select(parsed => parsed.Rule))
        {
            if (!seen.TryAdd(rule.Id, rule))
            {
                errors.Add(About(rule, $"the id {rule.Id} belongs to \"{seen[rule.Id].Text}\" already", "give each rule an id of its own"));
            }
        }
    }

    /// <summary>The same rule twice: an error in one source, a warning in two.</summary>
    internal static void FindDuplicates(ImmutableArray<ParsedRule> rules, List<PolicyProblem> errors, List<PolicyProblem> warnings)
    {
        Dictionary<(RuleAction, string), FirewallRule> seen = [];
        foreach (ParsedRule parsed in rules)
        {
            FirewallRule rule = parsed.Rule;
            (RuleAction, string) meaning = (rule.Action, parsed.Specification.ToString());
            if (seen.TryAdd(meaning, rule))
            {
                continue;
            }

            FirewallRule first = seen[meaning];
            bool sameSource = first.Source == rule.Source;
            (sameSource ? errors : warnings).Add(About(
                rule,
                sameSource ? $"the rule says the same as \"{first.Text}\"" : $"the rule says the same as \"{first.Text}\" from {first.Source}",
                "remove one of them"));
        }
    }

    /// <summary>
    /// Rules that never decide anything, because others about the very same names or network are asked before them and
    /// leave them no port: an error in one source, a warning where another source overrules.
    /// </summary>
    internal static void FindDeadRules(ImmutableArray<ParsedRule> rules, List<PolicyProblem> errors, List<PolicyProblem> warnings)
    {
        foreach (IGrouping<string, ParsedRule> place in rules.GroupBy(rule => DeadRules.PlaceOf(rule.Target)))
        {
            if (place.Skip(1).Any())
            {
                foreach ((ParsedRule deadRule, ParsedRule winningRule) in DeadRules.Find([.. place]))
                {
                    (FirewallRule dead, FirewallRule winner) = (deadRule.Rule, winningRule.Rule);
                    (dead.Source == winner.Source ? errors : warnings).Add(About(
                        dead,
                        $"the rule can never match: \"{winner.Text}\" ({Name(winner.Action)}) is asked first and covers all of it",
                        "remove it, or give it ports or a protocol of its own"));
                }
            }
        }
    }

    /// <summary>Rules that the mode leaves nothing to do.</summary>
    internal static void FindIdleRules(ImmutableArray<ParsedRule> rules, PolicyMode mode, List<PolicyProblem> warnings)
    {
        if (rules.IsEmpty)
        {
            return;
        }

        if (mode is PolicyMode.BlockAll or PolicyMode.Disabled)
        {
            warnings.Add(new PolicyProblem
            {
                Message = $"the mode {PolicyModeText.Format(mode)} asks no rule, so the rules do nothing",
                Remedy = "remove the mode or the rules",
            });
        }
        else if (mode == PolicyMode.AllowList && rules.All(rule => rule.Action == RuleAction.Deny))
        {
            warnings.Add(new PolicyProblem
            {
                Message = "no rule of the allow-list allows anything, so everything is denied",
                Remedy = "add a rule that allows, or use the mode deny-list",
            });
        }
    }

    private static string Name(RuleAction action) => action == RuleAction.Allow ? "allow" : "deny";

    private static PolicyProblem About(FirewallRule rule, string message, string remedy) =>
        new() { Source = rule.Source, RuleText = rule.Text, Message = message, Remedy = remedy };
}

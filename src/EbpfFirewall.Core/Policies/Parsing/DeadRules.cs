using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>Finds rules that others at the same place leave nothing to decide.</summary>
internal static class DeadRules
{
    /// <summary>Rules share a place when they speak of one network, of the names at and below one name, or of loopback.</summary>
    internal static string PlaceOf(RuleTarget target) => target is RuleTarget.Name name ? "name " + name.Text : target.ToString()!;

    /// <summary>The dead rules of one place, each with a rule that is asked before it.</summary>
    internal static IEnumerable<(ParsedRule Dead, ParsedRule Winner)> Find(IReadOnlyList<ParsedRule> place)
    {
        // A rule is dead when it is overruled for the name itself and for the names below it, as far as it speaks of them.
        Dictionary<ParsedRule, ParsedRule> self = FindOverruled(place, NameScope.Exact);
        Dictionary<ParsedRule, ParsedRule> below = FindOverruled(place, NameScope.Below);
        foreach (ParsedRule rule in place)
        {
            ParsedRule? winner = null;
            bool isDead = ScopeOf(rule) switch
            {
                NameScope.Exact => self.TryGetValue(rule, out winner),
                NameScope.Below => below.TryGetValue(rule, out winner),
                _ => self.TryGetValue(rule, out winner) && below.ContainsKey(rule),
            };
            if (isDead)
            {
                yield return (rule, winner!);
            }
        }
    }

    /// <summary>
    /// Rules that those asked before them overrule, for the name itself or for the names below it. Only opposite rules overrule:
    /// where rules agree it does not matter which of them decides, and equal ones are reported as duplicates.
    /// </summary>
    private static Dictionary<ParsedRule, ParsedRule> FindOverruled(IReadOnlyList<ParsedRule> place, NameScope scope)
    {
        Dictionary<ParsedRule, ParsedRule> overruled = new(ReferenceEqualityComparer.Instance);
        (Coverage Ports, ParsedRule? First) allowed = (new Coverage(), null);
        (Coverage Ports, ParsedRule? First) denied = (new Coverage(), null);
        IEnumerable<ParsedRule> asked = place
            .Where(rule => ScopeOf(rule) is var own && (own == NameScope.Tree || own == scope))
            .OrderBy(rule => scope == NameScope.Exact && ScopeOf(rule) == NameScope.Tree)
            .ThenBy(Precedence.Of);
        List<ParsedRule> before = [];
        foreach (ParsedRule rule in asked)
        {
            if (rule.ExecutableIndex >= 0)
            {
                if (FindOverruling(rule, before) is { } winner)
                {
                    overruled.Add(rule, winner);
                }

                before.Add(rule);
                continue;
            }

            before.Add(rule);
            ref (Coverage Ports, ParsedRule? First) own = ref rule.Action == RuleAction.Allow ? ref allowed : ref denied;
            ref (Coverage Ports, ParsedRule? First) opposite = ref rule.Action == RuleAction.Allow ? ref denied : ref allowed;
            if (opposite.First is not null && CoversAll(opposite.Ports, rule))
            {
                overruled.Add(rule, opposite.First);
            }

            own.First ??= rule;
            foreach (PortRange range in rule.PortRanges)
            {
                own.Ports.Add(range, rule.Specification.Protocols);
            }
        }

        return overruled;
    }

    /// <summary>
    /// What overrules a rule for one program: opposite rules for all, and those that deny it. One that allows it does not overrule a denial,
    /// which also holds for a sender that is not known.
    /// </summary>
    private static ParsedRule? FindOverruling(ParsedRule rule, List<ParsedRule> before)
    {
        Coverage coverage = new();
        ParsedRule? first = null;
        foreach (ParsedRule other in before.Where(other => other.Action != rule.Action
            && (other.ExecutableIndex < 0 || (other.ExecutableIndex == rule.ExecutableIndex && other.Action == RuleAction.Deny))))
        {
            first ??= other;
            foreach (PortRange range in other.PortRanges)
            {
                coverage.Add(range, other.Specification.Protocols);
            }
        }

        return first is not null && CoversAll(coverage, rule) ? first : null;
    }

    private static NameScope ScopeOf(ParsedRule rule) =>
        rule.Target is RuleTarget.Name name ? name.Scope : NameScope.Tree;

    private static bool CoversAll(Coverage coverage, ParsedRule rule)
    {
        foreach (PortRange range in rule.PortRanges)
        {
            if (!coverage.Covers(range, rule.Specification.Protocols))
            {
                return false;
            }
        }

        return true;
    }
}

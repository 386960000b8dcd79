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
        ParsedRule[] self = Order(place, NameScope.Exact);
        ParsedRule[] below = Order(place, NameScope.Below);
        foreach (ParsedRule rule in place)
        {
            ParsedRule? winner = null;
            if ((!self.Contains(rule) || IsCovered(rule, self, out winner)) && (!below.Contains(rule) || IsCovered(rule, below, out winner)))
            {
                yield return (rule, winner!);
            }
        }
    }

    /// <summary>The rules that speak of the name itself, or of the names below it, in the order in which they are asked.</summary>
    private static ParsedRule[] Order(IReadOnlyList<ParsedRule> place, NameScope scope) =>
    [
        .. place
            .Where(rule => ScopeOf(rule) is var own && (own == NameScope.Tree || own == scope))
            .OrderBy(rule => scope == NameScope.Exact && ScopeOf(rule) == NameScope.Tree)
            .ThenBy(Precedence.Of),
    ];

    private static NameScope ScopeOf(ParsedRule rule) =>
        rule.Target is RuleTarget.Name name ? name.Scope : NameScope.Tree;

    private static bool IsCovered(ParsedRule rule, ParsedRule[] asked, out ParsedRule? winner)
    {
        Coverage coverage = new();
        winner = null;
        foreach (ParsedRule earlier in asked)
        {
            if (ReferenceEquals(earlier, rule))
            {
                return winner is not null && CoversAll(coverage, rule);
            }

            // Rules that agree may overlap: nothing they decide together would change. Equal ones are reported as duplicates.
            if (earlier.Action != rule.Action)
            {
                winner ??= earlier;
                foreach (PortRange range in earlier.PortRanges)
                {
                    coverage.Add(range, earlier.Specification.Protocols);
                }
            }
        }

        return false;
    }

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

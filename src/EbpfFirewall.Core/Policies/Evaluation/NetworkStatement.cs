using System.Collections.Immutable;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies;

/// <summary>One rule, or one built-in, at one network.</summary>
/// <param name="Prefix">The network.</param>
/// <param name="Verdict">What is said of it.</param>
/// <param name="RuleIndex">Index of the rule; -1 for a built-in.</param>
/// <param name="Rule">The rule; null for a built-in.</param>
internal sealed record NetworkStatement(AddressPrefix Prefix, TermVerdict Verdict, int RuleIndex, ParsedRule? Rule)
{
    /// <summary>All statements of a policy, in no order that matters.</summary>
    internal static IEnumerable<NetworkStatement> All(ImmutableArray<ParsedRule> rules)
    {
        foreach (AddressPrefix prefix in BuiltInNetworks.Reserved)
        {
            yield return new NetworkStatement(prefix, TermVerdict.Reserved, -1, null);
        }

        foreach (AddressPrefix prefix in BuiltInNetworks.Loopback)
        {
            yield return new NetworkStatement(prefix, TermVerdict.OwnListener, -1, null);
        }

        for (int i = 0; i < rules.Length; i++)
        {
            TermVerdict verdict = rules[i].Action == RuleAction.Allow ? TermVerdict.Allow : TermVerdict.Deny;
            ImmutableArray<AddressPrefix> prefixes = rules[i].Target switch
            {
                RuleTarget.Network network => [network.Prefix],
                RuleTarget.Loopback => BuiltInNetworks.Loopback,
                _ => [],
            };
            foreach (AddressPrefix prefix in prefixes)
            {
                yield return new NetworkStatement(prefix, verdict, i, rules[i]);
            }
        }
    }

    /// <summary>Whether the statement is about this port of this transport.</summary>
    internal bool Speaks(int port, TransportProtocols protocol, IEnumerable<string>? executables) =>
        Rule is null || Speaks(Rule, port, protocol, executables);

    internal static bool Speaks(ParsedRule rule, int port, TransportProtocols protocol, IEnumerable<string>? executables) =>
        IsFor(rule, executables)
        && (rule.Specification.Protocols & protocol) != 0
        && (!rule.Specification.HasPorts || rule.Specification.Ports.Any(range => range.First <= port && port <= range.Last));

    // Whoever is not known is every program that a rule denies, and none that one allows.
    private static bool IsFor(ParsedRule rule, IEnumerable<string>? executables) =>
        rule.Specification.Executable is not { } executable
        || (executables is null ? rule.Action == RuleAction.Deny : executables.Contains(executable));
}

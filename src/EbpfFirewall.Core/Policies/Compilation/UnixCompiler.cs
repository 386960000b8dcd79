using System.Collections.Immutable;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Compilation;

/// <summary>Puts the rules about unix sockets in the order in which they are asked: the name itself, then the longest beginning; deny before allow.</summary>
internal static class UnixCompiler
{
    internal static ImmutableArray<CompiledUnixRule> Compile(ImmutableArray<ParsedRule> rules)
    {
        List<CompiledUnixRule> compiled = [];
        for (int i = 0; i < rules.Length; i++)
        {
            if (rules[i].Target is RuleTarget.UnixSocket socket)
            {
                compiled.Add(new CompiledUnixRule(socket.Text, socket.IsAbstract, socket.IsBelow, rules[i].Action, i));
            }
        }

        return
        [
            .. compiled.OrderBy(rule => rule.IsBelow).ThenByDescending(rule => rule.Text.Length)
                .ThenByDescending(rule => rule.Action == RuleAction.Deny).ThenBy(rule => rule.RuleIndex),
        ];
    }
}

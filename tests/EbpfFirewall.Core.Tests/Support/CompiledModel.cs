using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Support;

/// <summary>What the kernel does with the compiled tables, written down as plainly as possible.</summary>
internal sealed class CompiledModel(CompiledPolicy compiled)
{
    internal PolicyEvaluation Decide(
        IPAddress address, int port, TransportProtocols protocol, IEnumerable<string> learnedNames, bool ownListener, string[]? executables = null)
    {
        IPAddress unmapped = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        TermClass network = compiled.Networks
            .Where(entry => entry.Network.Contains(unmapped))
            .OrderByDescending(entry => entry.Network.PrefixLength)
            .FirstOrDefault().Class;
        if (FindTerm(network, port, protocol, executables) is { } term)
        {
            return term.Verdict switch
            {
                TermVerdict.Allow => new PolicyEvaluation(Verdict.Allow, DecisionReason.AllowedByRule, term.RuleIndex),
                TermVerdict.Deny => new PolicyEvaluation(Verdict.Deny, DecisionReason.DeniedByRule, term.RuleIndex),
                TermVerdict.OwnListener when ownListener => new PolicyEvaluation(Verdict.Allow, DecisionReason.OwnLoopback, -1),
                TermVerdict.OwnListener => new PolicyEvaluation(Verdict.Deny, DecisionReason.ForeignLoopback, -1),
                _ => new PolicyEvaluation(Verdict.Deny, DecisionReason.ReservedDestination, -1),
            };
        }

        PolicyTerm?[] learned = [.. learnedNames.Select(name => FindTerm(compiled.DecideName(WireName.Of(name)).Class, port, protocol, executables))];
        if (learned.FirstOrDefault(found => found is { Verdict: TermVerdict.Deny }) is { } deny)
        {
            return new PolicyEvaluation(Verdict.Deny, DecisionReason.DeniedByName, deny.RuleIndex);
        }

        if (learned.FirstOrDefault(found => found is not null) is { } allow)
        {
            return new PolicyEvaluation(Verdict.Allow, DecisionReason.AllowedByName, allow.RuleIndex);
        }

        return compiled.Policy switch
        {
            { Mode: PolicyMode.BlockAll } => new PolicyEvaluation(Verdict.Deny, DecisionReason.BlockAll, -1),
            { Mode: PolicyMode.Disabled } => new PolicyEvaluation(Verdict.Allow, DecisionReason.None, -1),
            { ListMode: PolicyMode.DenyList } => new PolicyEvaluation(Verdict.Allow, DecisionReason.NotInDenyList, -1),
            _ => new PolicyEvaluation(Verdict.Deny, DecisionReason.NotInAllowList, -1),
        };
    }

    private PolicyTerm? FindTerm(TermClass termClass, int port, TransportProtocols protocol, string[]? executables)
    {
        for (int i = termClass.First; i < termClass.First + termClass.Count; i++)
        {
            PolicyTerm term = compiled.Terms[i];
            if (term.FirstPort <= port && port <= term.LastPort && (term.Protocols & protocol) != 0 && IsFor(term, executables))
            {
                return term;
            }
        }

        return null;
    }

    private bool IsFor(PolicyTerm term, string[]? executables) =>
        term.ExecutableIndex < 0 || (executables is null
            ? term.Verdict == TermVerdict.Deny
            : executables.Contains(compiled.Policy.Executables[term.ExecutableIndex]));
}

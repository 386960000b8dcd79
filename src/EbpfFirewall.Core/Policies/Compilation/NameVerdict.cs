using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Compilation;

/// <summary>Whether a name resolves, by the terms of its class that are for whoever asks.</summary>
internal static class NameVerdict
{
    /// <summary>Whoever is not known is every program that a term denies, and none that one allows.</summary>
    internal static bool IsForUnknown(PolicyTerm term) => term.ExecutableIndex < 0 || term.Verdict != TermVerdict.Allow;

    /// <summary>A name resolves when something about it is reachable: a port of one transport is enough.</summary>
    internal static (bool Resolves, int RuleIndex) Judge(IEnumerable<PolicyTerm> run, PolicyMode listMode)
    {
        Coverage coverage = new();
        int firstDeny = -1;
        foreach (PolicyTerm term in run)
        {
            if (!coverage.CoversUsable(term))
            {
                if (term.Verdict == TermVerdict.Allow)
                {
                    return (true, term.RuleIndex);
                }

                firstDeny = firstDeny < 0 ? term.RuleIndex : firstDeny;
            }

            coverage.Add(term);
        }

        return listMode == PolicyMode.DenyList && !coverage.IsComplete ? (true, -1) : (false, firstDeny);
    }
}

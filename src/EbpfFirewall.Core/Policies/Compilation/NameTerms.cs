using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Compilation;

/// <summary>What the rules say about a name: the terms with the rules they came from, and the decision that follows.</summary>
internal sealed record NameTerms(List<PolicyTerm> Run, NameDecision Decision)
{
    /// <summary>For names that no rule speaks of.</summary>
    internal static NameTerms Empty(PolicyMode listMode) =>
        new([], new NameDecision(listMode == PolicyMode.DenyList, default, -1, false));

    internal static NameTerms Of(List<PolicyTerm> run, PolicyMode listMode, TermTable terms)
    {
        (bool resolves, int rule) = Judge(run, listMode);
        List<PolicyTerm> shared = run;
        if (run.Count > 1)
        {
            shared = [.. run];
            TermRun.Normalize(shared);
        }

        return new NameTerms(run, new NameDecision(resolves, terms.Intern(shared, sameRules: false), rule, false));
    }

    /// <summary>A name resolves when something about it is reachable: a port of one transport is enough.</summary>
    private static (bool Resolves, int RuleIndex) Judge(List<PolicyTerm> run, PolicyMode listMode)
    {
        if (run is [PolicyTerm first, ..] && TermRun.IsEverything(first))
        {
            return (first.Verdict == TermVerdict.Allow, first.RuleIndex);
        }

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

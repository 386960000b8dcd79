namespace EbpfFirewall.Policies.Compilation;

/// <summary>What the rules say about a name: the terms with the rules they came from, and the decision that follows.</summary>
/// <param name="Run">The terms.</param>
/// <param name="Decision">The decision; where it depends on the program, for one that is not known.</param>
/// <param name="ResolvesForSome">Whether the name resolves for some program.</param>
internal sealed record NameTerms(List<PolicyTerm> Run, NameDecision Decision, bool ResolvesForSome)
{
    /// <summary>For names that no rule speaks of.</summary>
    internal static NameTerms Empty(PolicyMode listMode) =>
        new([], new NameDecision(listMode == PolicyMode.DenyList, default, -1, false), listMode == PolicyMode.DenyList);

    internal static NameTerms Of(List<PolicyTerm> run, PolicyMode listMode, TermTable terms)
    {
        if (run.Exists(term => term.ExecutableIndex >= 0))
        {
            return ForPrograms(run, listMode, terms);
        }

        (bool resolves, int rule) = run is [PolicyTerm first, ..] && TermRun.IsEverything(first)
            ? (first.Verdict == TermVerdict.Allow, first.RuleIndex)
            : NameVerdict.Judge(run, listMode);
        List<PolicyTerm> shared = run;
        bool isLimited = run.Exists(term => term.IsLimited); // what is used must be told from other rules'
        if (run.Count > 1 && !isLimited)
        {
            shared = [.. run];
            TermRun.Normalize(shared);
        }

        return new NameTerms(run, new NameDecision(resolves, terms.Intern(shared, sameRules: isLimited), rule, false), resolves);
    }

    // The terms stay as they are: who asks is known later, and then the rule must be told from them.
    private static NameTerms ForPrograms(List<PolicyTerm> run, PolicyMode listMode, TermTable terms)
    {
        (bool resolves, int rule) = NameVerdict.Judge(run.Where(NameVerdict.IsForUnknown), listMode);
        bool forSome = resolves || run.Select(term => term.ExecutableIndex).Append(-1).Distinct().Any(executable =>
            NameVerdict.Judge(run.Where(term => term.ExecutableIndex < 0 || term.ExecutableIndex == executable), listMode).Resolves);
        var decision = new NameDecision(resolves, terms.Intern(run, sameRules: true), rule, false) { DependsOnProgram = true };
        return new NameTerms(run, decision, forSome);
    }
}

using System.Runtime.InteropServices;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Compilation;

/// <summary>Operations on the terms of one class while it is built.</summary>
internal static class TermRun
{
    /// <summary>The terms of one rule: one for each of its port ranges.</summary>
    internal static void Append(List<PolicyTerm> run, ParsedRule rule, int ruleIndex)
    {
        TermVerdict verdict = rule.Action == RuleAction.Allow ? TermVerdict.Allow : TermVerdict.Deny;
        foreach (PortRange range in rule.PortRanges)
        {
            run.Add(new PolicyTerm(range.First, range.Last, rule.Specification.Protocols, verdict, ruleIndex, rule.ExecutableIndex, rule.Specification.Limits.Length > 0));
        }
    }

    /// <summary>
    /// Removes the terms that can never be the first to match, because those in front of them leave them nothing. A term for one program
    /// leaves something to all others, and to a sender that is not known.
    /// </summary>
    internal static void Prune(List<PolicyTerm> run)
    {
        if (run.Count > 0 && IsEverything(run[0]))
        {
            run.RemoveRange(1, run.Count - 1);
            return;
        }

        Coverage coverage = new();
        int kept = 0;
        foreach (PolicyTerm term in run.ToArray())
        {
            if (!coverage.Covers(term))
            {
                if (term.ExecutableIndex < 0)
                {
                    coverage.Add(term);
                }

                run[kept++] = term;
            }
        }

        run.RemoveRange(kept, run.Count - kept);
    }

    /// <summary>
    /// Brings a run into the form that equal runs share. Neighbours with one verdict can change places without changing any
    /// answer, so they are sorted, and those of one transport that overlap or touch become one. Which rule a term came from is lost
    /// in part.
    /// </summary>
    internal static void Normalize(List<PolicyTerm> run)
    {
        Span<PolicyTerm> terms = CollectionsMarshal.AsSpan(run);
        for (int start = 0, end; start < terms.Length; start = end)
        {
            for (end = start + 1; end < terms.Length && terms[end].Verdict == terms[start].Verdict;)
            {
                end++;
            }

            terms[start..end].Sort((a, b) => a.ExecutableIndex != b.ExecutableIndex ? a.ExecutableIndex.CompareTo(b.ExecutableIndex)
                : a.Protocols != b.Protocols ? a.Protocols.CompareTo(b.Protocols)
                : a.FirstPort != b.FirstPort ? a.FirstPort.CompareTo(b.FirstPort)
                : b.LastPort.CompareTo(a.LastPort));
        }

        int kept = 0;
        foreach (PolicyTerm term in terms)
        {
            if (kept > 0 && terms[kept - 1] is var last && last.Verdict == term.Verdict && last.Protocols == term.Protocols
                && last.ExecutableIndex == term.ExecutableIndex
                && term.FirstPort <= last.LastPort + 1 && term.FirstPort >= last.FirstPort)
            {
                terms[kept - 1] = last with { LastPort = Math.Max(last.LastPort, term.LastPort) };
            }
            else
            {
                terms[kept++] = term;
            }
        }

        run.RemoveRange(kept, run.Count - kept);
    }

    /// <summary>True for a term that leaves nothing to those behind it.</summary>
    internal static bool IsEverything(PolicyTerm term) =>
        term is { FirstPort: 0, LastPort: ushort.MaxValue, Protocols: TransportProtocols.TcpAndUdp, ExecutableIndex: < 0 };
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace EbpfFirewall.Policies.Compilation;

/// <summary>All terms of a policy under compilation. Equal runs are stored once.</summary>
internal sealed class TermTable
{
    private readonly List<PolicyTerm> _terms = [];
    private readonly List<(TermClass Class, int Next)> _classes = [];
    private readonly Dictionary<int, int> _newestByHash = [];

    internal ImmutableArray<PolicyTerm> Terms => [.. _terms];

    internal ImmutableArray<TermClass> Classes => [.. _classes.Select(entry => entry.Class)];

    internal ReadOnlySpan<PolicyTerm> this[TermClass termClass] =>
        CollectionsMarshal.AsSpan(_terms).Slice(termClass.First, termClass.Count);

    /// <summary>Finds or stores a run.</summary>
    /// <param name="run">The terms.</param>
    /// <param name="sameRules">
    /// True: runs are equal only with the same rules behind them, so that a decision can name its rule. False: runs that
    /// say the same are equal, whichever rules said it first.
    /// </param>
    internal TermClass Intern(List<PolicyTerm> run, bool sameRules)
    {
        if (run.Count == 0)
        {
            return default;
        }

        HashCode hash = default;
        hash.Add(sameRules);
        foreach (PolicyTerm term in run)
        {
            hash.Add(sameRules ? term : term with { RuleIndex = 0 });
        }

        int key = hash.ToHashCode();
        int newest = _newestByHash.GetValueOrDefault(key, -1);
        for (int at = newest; at >= 0; at = _classes[at].Next)
        {
            if (AreEqual(this[_classes[at].Class], CollectionsMarshal.AsSpan(run), sameRules))
            {
                return _classes[at].Class;
            }
        }

        TermClass added = new(_terms.Count, run.Count);
        _terms.AddRange(run);
        _newestByHash[key] = _classes.Count;
        _classes.Add((added, newest));
        return added;
    }

    private static bool AreEqual(ReadOnlySpan<PolicyTerm> left, ReadOnlySpan<PolicyTerm> right, bool sameRules)
    {
        if (sameRules || left.Length != right.Length)
        {
            return left.SequenceEqual(right);
        }

        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] with { RuleIndex = 0 } != right[i] with { RuleIndex = 0 })
            {
                return false;
            }
        }

        return true;
    }
}

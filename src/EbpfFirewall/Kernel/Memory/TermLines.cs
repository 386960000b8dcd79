using System.Collections.Immutable;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// The terms of a policy as the kernel side reads them: a class is the number of its first term, the last term of a class says so.
/// A number has 16 bits; where there are more terms, classes that say the same become one, and which of their rules decided is left to
/// whoever reads the event.
/// </summary>
internal sealed class TermLines
{
    /// <summary>Terms that one class may have: <c>EFW_CLASS_TERMS_MAX</c> (efw_policy.h).</summary>
    internal const int ClassTermsMax = 128;

    /// <summary>Terms that all classes may have together.</summary>
    internal const int TermsMax = ushort.MaxValue;

    /// <summary>The class that denies everything.</summary>
    public const ushort DenyAll = 1;

    // Number 0 says "no rule", so no term stands there.
    private readonly List<TermRecord> _terms =
    [
        default,
        new TermRecord(0, ushort.MaxValue, TransportProtocols.TcpAndUdp, TermVerdict.Deny, 0, 0, TermRecord.NoRule, 0, 0),
    ];
    private readonly Dictionary<TermClass, ushort> _classes;

    private TermLines(CompiledPolicy policy, ReadOnlySpan<int> ruleNumbers, ReadOnlySpan<ushort> exeNumbers, BudgetLines budgets, bool shareLikeOnes)
    {
        Budgets = budgets;
        _classes = new Dictionary<TermClass, ushort>(policy.Classes.Length);
        Dictionary<ImmutableArray<TermRecord>, ushort>? like = shareLikeOnes ? new(new TermRunComparer()) : null;
        foreach (TermClass termClass in policy.Classes)
        {
            ImmutableArray<TermRecord> run = Run(policy, termClass, ruleNumbers, exeNumbers, budgets, shareLikeOnes);
            if (like is null || !like.TryGetValue(run, out ushort number))
            {
                if (_terms.Count + run.Length > TermsMax)
                {
                    _terms.Clear();
                    return;
                }

                number = (ushort)_terms.Count;
                _terms.AddRange(run);
                like?.Add(run, number);
            }

            _classes.Add(termClass, number);
        }
    }

    /// <summary>The limits that they are under.</summary>
    public BudgetLines Budgets { get; }

    public int LineCount => (_terms.Count + TermRecord.PerLine - 1) / TermRecord.PerLine;

    /// <summary>Builds the terms.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="ruleNumbers">The number of each of its rules.</param>
    /// <param name="exeNumbers">The number of each of its executables; none: counted from 1.</param>
    /// <exception cref="EgressFirewallException">The policy says more different things than there are numbers for.</exception>
    public static TermLines Create(CompiledPolicy policy, ReadOnlySpan<int> ruleNumbers, ReadOnlySpan<ushort> exeNumbers = default)
    {
        BudgetLines budgets = new(policy.Policy);
        TermLines lines = new(policy, ruleNumbers, exeNumbers, budgets, shareLikeOnes: false);
        if (lines._terms.Count == 0)
        {
            lines = new TermLines(policy, ruleNumbers, exeNumbers, budgets, shareLikeOnes: true);
        }

        return lines._terms.Count > 0
            ? lines
            : throw new EgressFirewallException(
                ErrorCodes.PolicyTooLarge,
                $"The rules give destinations more than {TermsMax} different port ranges in all. Use the same ports for more of them, or leave the ports out.");
    }

    /// <summary>The number of a class; 0 for one without terms.</summary>
    public ushort Number(TermClass termClass) => termClass.Count == 0 ? (ushort)0 : _classes[termClass];

    /// <summary>Writes the terms.</summary>
    /// <returns>The first line.</returns>
    public uint Write(ref LineWriter lines)
    {
        uint first = lines.Take((uint)LineCount);
        for (int i = 0; i < _terms.Count; i++)
        {
            ref TermQuad quad = ref lines.At<TermQuad>(first + (uint)(i / TermRecord.PerLine));
            quad[i % TermRecord.PerLine] = _terms[i];
        }

        return first;
    }

    private static ImmutableArray<TermRecord> Run(
        CompiledPolicy policy, TermClass termClass, ReadOnlySpan<int> ruleNumbers, ReadOnlySpan<ushort> exeNumbers, BudgetLines budgets, bool shareLikeOnes)
    {
        ImmutableArray<TermRecord>.Builder run = ImmutableArray.CreateBuilder<TermRecord>(termClass.Count);
        for (int i = 0; i < termClass.Count; i++)
        {
            PolicyTerm term = policy.Terms[termClass.First + i];
            int rule = term.RuleIndex < 0 ? TermRecord.NoRule : shareLikeOnes && !term.IsLimited ? TermRecord.SomeRule : ruleNumbers[term.RuleIndex];
            byte more = i < termClass.Count - 1 ? (byte)1 : (byte)0;
            ushort exe = term.ExecutableIndex < 0 ? (ushort)0 : exeNumbers.IsEmpty ? (ushort)(term.ExecutableIndex + 1) : exeNumbers[term.ExecutableIndex];
            ushort budget = budgets.LineOf(term.RuleIndex);
            byte flags = exe == 0 && budget == 0 && !budgets.CountsAll ? (byte)0 : TermRecord.Judged;
            run.Add(new TermRecord(term.FirstPort, term.LastPort, term.Protocols, term.Verdict, more, flags, rule, exe, budget));
        }

        return run.MoveToImmutable();
    }

    private sealed class TermRunComparer : IEqualityComparer<ImmutableArray<TermRecord>>
    {
        public bool Equals(ImmutableArray<TermRecord> x, ImmutableArray<TermRecord> y) => x.AsSpan().SequenceEqual(y.AsSpan());

        public int GetHashCode(ImmutableArray<TermRecord> obj)
        {
            HashCode hash = default;
            foreach (TermRecord term in obj)
            {
                hash.Add(term);
            }

            return hash.ToHashCode();
        }
    }
}

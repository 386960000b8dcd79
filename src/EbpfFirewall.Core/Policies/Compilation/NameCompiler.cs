using System.Collections.Immutable;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Compilation;

/// <summary>Makes the table of names: for each name of a rule one decision for itself and one for what lies below it.</summary>
internal sealed class NameCompiler
{
    private readonly ImmutableArray<ParsedRule> _rules;
    private readonly PolicyMode _listMode;
    private readonly TermTable _terms;
    private readonly List<Node> _nodes = [new Node(-1, "")];
    private readonly Dictionary<(int Parent, string Label), int> _children = [];

    private NameCompiler(FirewallPolicy policy, TermTable terms)
    {
        _rules = policy.ParsedRules;
        _listMode = policy.ListMode;
        _terms = terms;
    }

    internal static (NameTable Table, ImmutableArray<CompiledName> Names) Compile(FirewallPolicy policy, TermTable terms)
    {
        NameCompiler compiler = new(policy, terms);
        compiler.PlaceRules();
        compiler.Decide();
        compiler.MarkAllowedDescendants();
        NameTableBuilder table = new(compiler._nodes.Count);
        foreach (Node node in compiler._nodes)
        {
            table.Add(node.Parent, node.Label, node.Self, node.Below);
        }

        return (table.Build(), [.. compiler._nodes.Where(node => node.Rules.Count > 0).Select(compiler.NameOf)]);
    }

    private CompiledName NameOf(Node node) =>
        new(((RuleTarget.Name)_rules[node.Rules[0]].Target).Text, node.Self.Class, node.Below.Class);

    private void PlaceRules()
    {
        for (int i = 0; i < _rules.Length; i++)
        {
            if (_rules[i].Target is RuleTarget.Name name)
            {
                _nodes[FindOrAdd(name.Text)].Rules.Add(i);
            }
        }
    }

    private int FindOrAdd(string name)
    {
        int node = 0;
        for (int end = name.Length; end > 0;)
        {
            int dot = name.LastIndexOf('.', end - 1);
            string label = name[(dot + 1)..end];
            if (!_children.TryGetValue((node, label), out int child))
            {
                child = _nodes.Count;
                _nodes.Add(new Node(node, label));
                _children.Add((node, label), child);
            }

            node = child;
            end = dot;
        }

        return node;
    }

    /// <summary>Parents stand in front of their children, so what they say about names below them is known in time.</summary>
    private void Decide()
    {
        foreach (Node node in _nodes)
        {
            NameTerms inherited = node.Parent < 0 ? NameTerms.Empty(_listMode) : _nodes[node.Parent].BelowTerms;
            if (node.Rules.Count == 0)
            {
                node.SelfTerms = node.BelowTerms = inherited;
            }
            else if (node.Rules is [int only] && ScopeOf(only) == NameScope.Tree)
            {
                node.SelfTerms = node.BelowTerms = Combine(node.Rules, inherited);
            }
            else
            {
                node.SelfTerms = Combine(node, NameScope.Exact, inherited);
                node.BelowTerms = Combine(node, NameScope.Below, inherited);
            }

            node.Self = node.SelfTerms.Decision;
            node.Below = node.BelowTerms.Decision;
        }
    }

    /// <param name="node">Whose rules.</param>
    /// <param name="scope">Exact for the name itself, Below for the names below it.</param>
    /// <param name="inherited">What shorter suffixes say.</param>
    private NameTerms Combine(Node node, NameScope scope, NameTerms inherited)
    {
        IEnumerable<int> own = node.Rules.Where(i => ScopeOf(i) == NameScope.Tree || ScopeOf(i) == scope);
        return Combine(
            own.OrderBy(i => scope == NameScope.Exact && ScopeOf(i) == NameScope.Tree).ThenBy(i => Precedence.Of(_rules[i])).ThenBy(i => i),
            inherited);
    }

    /// <param name="ordered">The rules of the node in the order in which they are asked.</param>
    /// <param name="inherited">What shorter suffixes say.</param>
    private NameTerms Combine(IEnumerable<int> ordered, NameTerms inherited)
    {
        List<PolicyTerm> run = new(1);
        foreach (int rule in ordered)
        {
            TermRun.Append(run, _rules[rule], rule);
        }

        run.AddRange(inherited.Run);
        TermRun.Prune(run);
        return NameTerms.Of(run, _listMode, _terms);
    }

    private NameScope ScopeOf(int rule) => ((RuleTarget.Name)_rules[rule].Target).Scope;

    private void MarkAllowedDescendants()
    {
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            Node node = _nodes[i];
            node.ResolvesBelow |= node.BelowTerms.ResolvesForSome;
            node.Self = node.Self with { HasAllowedDescendant = !node.Self.Resolves && node.ResolvesBelow };
            if (node.Parent >= 0)
            {
                _nodes[node.Parent].ResolvesBelow |= node.SelfTerms.ResolvesForSome || node.ResolvesBelow;
            }
        }
    }

    private sealed class Node(int parent, string label)
    {
        internal int Parent { get; } = parent;

        internal string Label { get; } = label;

        internal List<int> Rules { get; } = new(1);

        internal NameTerms SelfTerms { get; set; } = null!;

        internal NameTerms BelowTerms { get; set; } = null!;

        internal NameDecision Self { get; set; }

        internal NameDecision Below { get; set; }

        internal bool ResolvesBelow { get; set; }
    }
}

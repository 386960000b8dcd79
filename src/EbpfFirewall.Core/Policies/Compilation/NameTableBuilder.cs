using System.Text;

namespace EbpfFirewall.Policies.Compilation;

/// <summary>Collects the nodes of a <see cref="NameTable"/>.</summary>
internal sealed class NameTableBuilder(int nodeCount)
{
    private readonly List<NameTable.Node> _nodes = new(nodeCount);
    private readonly List<NameDecision> _decisions = [];
    private readonly Dictionary<NameDecision, int> _decisionIndex = [];
    private readonly List<byte> _labels = [];

    /// <summary>Adds a node; the first is the root. A parent stands in front of its children.</summary>
    internal void Add(int parent, string label, NameDecision self, NameDecision below)
    {
        int offset = _labels.Count;
        _labels.AddRange(Encoding.ASCII.GetBytes(label));
        _nodes.Add(new NameTable.Node(parent, offset, (byte)label.Length, IndexOf(self), IndexOf(below)));
    }

    internal NameTable Build() => new([.. _nodes], [.. _decisions], [.. _labels]);

    private int IndexOf(NameDecision decision)
    {
        if (!_decisionIndex.TryGetValue(decision, out int index))
        {
            index = _decisions.Count;
            _decisions.Add(decision);
            _decisionIndex.Add(decision, index);
        }

        return index;
    }
}

using System.Security.Cryptography;

namespace EbpfFirewall.Policies.Compilation;

/// <summary>
/// Names as a tree of labels in flat arrays. A look-up walks the labels of the wire form from the last to the first, one probe
/// each, and stops where the tree ends: its cost is that of the labels, whatever the number of rules.
/// </summary>
internal sealed class NameTable
{
    /// <summary>RFC 1035 section 2.3.4.</summary>
    private const int MaxNameOctets = 255;
    private const int MaxLabelOctets = 63;

    /// <summary>255 octets hold at most 127 labels of one octet, and the root.</summary>
    private const int MaxLabels = 127;

    /// <summary>
    /// Children of a node are found by a hash. Its key is chosen by chance, once a process, so that nobody can
    /// write a list of names that all fall into one slot.
    /// </summary>
    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    private readonly Node[] _nodes;
    private readonly NameDecision[] _decisions;
    private readonly byte[] _labels;

    /// <summary>
    /// Open addressing, a power of two, at most half full. A slot holds the index of a node; 0 is the root, so it means empty.
    /// </summary>
    private readonly int[] _slots;

    internal NameTable(Node[] nodes, NameDecision[] decisions, byte[] labels)
    {
        _nodes = nodes;
        _decisions = decisions;
        _labels = labels;
        _slots = new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(nodes.Length * 2, 4))];
        for (int i = 1; i < nodes.Length; i++)
        {
            uint slot = SlotOf(nodes[i].Parent, LabelOf(nodes[i]));
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & (uint)(_slots.Length - 1);
            }

            _slots[slot] = i;
        }
    }

    /// <summary>A table that gives one answer for every name.</summary>
    internal static NameTable Constant(NameDecision decision) => new([new Node(-1, 0, 0, 0, 0)], [decision], []);

    /// <summary>Finds the decision for a name in wire form; false when it is not one.</summary>
    internal bool TryDecide(ReadOnlySpan<byte> wireName, out NameDecision decision)
    {
        decision = default;
        Span<byte> starts = stackalloc byte[MaxLabels];
        int count = 0;
        int at = 0;
        while (true)
        {
            if ((uint)at >= (uint)wireName.Length)
            {
                return false;
            }

            int length = wireName[at];
            if (length == 0)
            {
                break;
            }

            // The closing zero has to fit as well. This also bounds the count of labels.
            if (length > MaxLabelOctets || at + length + 2 > MaxNameOctets)
            {
                return false;
            }

            starts[count++] = (byte)at;
            at += length + 1;
        }

        int node = 0;
        while (count > 0)
        {
            int start = starts[--count];
            int child = FindChild(node, wireName.Slice(start + 1, wireName[start]));
            if (child == 0)
            {
                decision = _decisions[_nodes[node].Below];
                return true;
            }

            node = child;
        }

        decision = _decisions[_nodes[node].Self];
        return true;
    }

    private int FindChild(int parent, ReadOnlySpan<byte> label)
    {
        uint slot = SlotOf(parent, label);
        while (_slots[slot] is var child and not 0)
        {
            if (_nodes[child].Parent == parent && LabelText.EqualsLowered(label, LabelOf(_nodes[child])))
            {
                return child;
            }

            slot = (slot + 1) & (uint)(_slots.Length - 1);
        }

        return 0;
    }

    private uint SlotOf(int parent, ReadOnlySpan<byte> label) =>
        (uint)LabelText.Hash(label, Seed ^ (uint)parent) & (uint)(_slots.Length - 1);

    private ReadOnlySpan<byte> LabelOf(Node node) => _labels.AsSpan(node.LabelOffset, node.LabelLength);

    /// <summary>One name: its last label and the node of the rest.</summary>
    /// <param name="Parent">Index of the parent; -1 for the root.</param>
    /// <param name="LabelOffset">Where its label stands, lower case.</param>
    /// <param name="LabelLength">Octets of the label.</param>
    /// <param name="Self">Index of the decision for the name itself.</param>
    /// <param name="Below">Index of the decision for names below it that have no node.</param>
    internal readonly record struct Node(int Parent, int LabelOffset, byte LabelLength, int Self, int Below);
}

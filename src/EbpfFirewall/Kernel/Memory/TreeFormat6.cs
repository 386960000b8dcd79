using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>Trees over halves of IPv6 addresses: <c>efw_leaf6</c>, <c>efw_node6</c>.</summary>
internal readonly struct TreeFormat6 : ITreeFormat<ulong>
{
    public static int LeafKeys => Leaf6Keys.Length;

    public static int NodeChildren => Node6Keys.Length + 1;

    public static void WriteLeaf(ref LineWriter lines, uint line, uint before, scoped ReadOnlySpan<ulong> keys, scoped ReadOnlySpan<uint> values)
    {
        ref Leaf6Record leaf = ref lines.At<Leaf6Record>(line);
        Span<ulong> allKeys = leaf.Key;
        keys.CopyTo(allKeys);
        allKeys[keys.Length..].Fill(ulong.MaxValue);

        Span<uint> allValues = leaf.Value;
        allValues[0] = before;
        values.CopyTo(allValues[1..]);
        allValues[(values.Length + 1)..].Fill(allValues[values.Length]);
    }

    public static void WriteNode(ref LineWriter lines, uint line, uint firstChild, scoped ReadOnlySpan<ulong> separators)
    {
        ref Node6Record node = ref lines.At<Node6Record>(line);
        Span<ulong> keys = node.Key;
        separators.CopyTo(keys);
        keys[separators.Length..].Fill(ulong.MaxValue);
        node.First = firstChild;
        node.Last = (uint)separators.Length;
    }
}

using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>Trees over IPv4 addresses: <c>efw_leaf4</c>, <c>efw_node4</c>.</summary>
internal readonly struct TreeFormat4 : ITreeFormat<uint>
{
    public static int LeafKeys => Leaf4Keys.Length;

    public static int NodeChildren => Node4Keys.Length + 1;

    public static void WriteLeaf(ref LineWriter lines, uint line, uint before, scoped ReadOnlySpan<uint> keys, scoped ReadOnlySpan<uint> values)
    {
        ref Leaf4Record leaf = ref lines.At<Leaf4Record>(line);
        Span<uint> allKeys = leaf.Key;
        keys.CopyTo(allKeys);
        allKeys[keys.Length..].Fill(uint.MaxValue);

        Span<ushort> classes = leaf.Class;
        classes[0] = (ushort)before;
        for (int i = 1; i < classes.Length; i++)
        {
            classes[i] = i <= values.Length ? (ushort)values[i - 1] : classes[i - 1];
        }
    }

    public static void WriteNode(ref LineWriter lines, uint line, uint firstChild, scoped ReadOnlySpan<uint> separators)
    {
        ref Node4Record node = ref lines.At<Node4Record>(line);
        Span<uint> keys = node.Key;
        separators.CopyTo(keys);
        keys[separators.Length..].Fill(uint.MaxValue);
        node.FirstLast = (firstChild << 4) | (uint)separators.Length;
    }
}

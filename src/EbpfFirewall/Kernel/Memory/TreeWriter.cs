namespace EbpfFirewall.Kernel.Memory;

/// <summary>Writes B+-trees: leaves that are filled to the brim, and above them nodes whose children stand one after the other.</summary>
internal static class TreeWriter<TKey, TFormat>
    where TKey : unmanaged
    where TFormat : struct, ITreeFormat<TKey>
{
    private const int HeightMax = 7;

    /// <summary>Writes one tree.</summary>
    /// <param name="lines">Where to.</param>
    /// <param name="before">What holds below the first key.</param>
    /// <param name="keys">Where values begin, rising.</param>
    /// <param name="values">What holds from there on.</param>
    /// <returns>Its root: <c>EFW_ROOT</c>.</returns>
    public static uint Write(ref LineWriter lines, uint before, ReadOnlySpan<TKey> keys, ReadOnlySpan<uint> values)
    {
        Span<int> counts = stackalloc int[HeightMax + 1];
        int height = CountNodes(keys.Length, counts);

        // From the root down, so that the line of the root is the first.
        Span<uint> firsts = stackalloc uint[HeightMax + 1];
        for (int level = height; level >= 0; level--)
        {
            firsts[level] = lines.Take((uint)counts[level]);
        }

        uint root = RootWord.Of(firsts[height], height);
        if (lines.IsCounting)
        {
            return root;
        }

        WriteLeaves(ref lines, firsts[0], before, keys, values);
        int keysBelow = TFormat.LeafKeys;
        for (int level = 1; level <= height; level++)
        {
            WriteNodes(ref lines, firsts[level], firsts[level - 1], counts[level - 1], keysBelow, keys);
            keysBelow *= TFormat.NodeChildren;
        }

        return root;
    }

    /// <summary>Nodes of every level, the leaves' first.</summary>
    /// <returns>Levels above the leaves.</returns>
    private static int CountNodes(int keys, Span<int> counts)
    {
        int height = 0;
        counts[0] = Math.Max(1, Divide(keys, TFormat.LeafKeys));
        while (counts[height] > 1)
        {
            counts[height + 1] = Divide(counts[height], TFormat.NodeChildren);
            height++;
        }

        return height;
    }

    private static void WriteLeaves(
        ref LineWriter lines, uint line, uint before, ReadOnlySpan<TKey> keys, ReadOnlySpan<uint> values)
    {
        do
        {
            int count = Math.Min(TFormat.LeafKeys, keys.Length);
            TFormat.WriteLeaf(ref lines, line++, before, keys[..count], values[..count]);
            before = count == 0 ? before : values[count - 1];
            keys = keys[count..];
            values = values[count..];
        }
        while (!keys.IsEmpty);
    }

    private static void WriteNodes(
        ref LineWriter lines, uint line, uint firstChild, int children, int keysBelow, ReadOnlySpan<TKey> keys)
    {
        Span<TKey> separators = stackalloc TKey[TFormat.NodeChildren - 1];
        for (int child = 0; child < children; child += TFormat.NodeChildren)
        {
            int last = Math.Min(TFormat.NodeChildren, children - child) - 1;
            for (int i = 0; i < last; i++)
            {
                separators[i] = keys[(child + i + 1) * keysBelow];
            }

            TFormat.WriteNode(ref lines, line++, firstChild + (uint)child, separators[..last]);
        }
    }

    private static int Divide(int count, int by) => (count + by - 1) / by;
}

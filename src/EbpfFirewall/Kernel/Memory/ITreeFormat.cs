namespace EbpfFirewall.Kernel.Memory;

/// <summary>How the lines of a tree look for one kind of address.</summary>
/// <typeparam name="TKey">An address, or half of one, as a number.</typeparam>
internal interface ITreeFormat<TKey>
    where TKey : unmanaged
{
    /// <summary>Keys that a leaf holds.</summary>
    static abstract int LeafKeys { get; }

    /// <summary>Children that an inner node has at most.</summary>
    static abstract int NodeChildren { get; }

    /// <summary>Writes a leaf.</summary>
    /// <param name="lines">Where it stands.</param>
    /// <param name="line">Its number.</param>
    /// <param name="before">What holds below the first key.</param>
    /// <param name="keys">Where values begin, rising.</param>
    /// <param name="values">What holds from there on.</param>
    static abstract void WriteLeaf(ref LineWriter lines, uint line, uint before, scoped ReadOnlySpan<TKey> keys, scoped ReadOnlySpan<uint> values);

    /// <summary>Writes an inner node.</summary>
    /// <param name="lines">Where it stands.</param>
    /// <param name="line">Its number.</param>
    /// <param name="firstChild">Its children stand there, one after the other.</param>
    /// <param name="separators">Where every child but the first begins.</param>
    static abstract void WriteNode(ref LineWriter lines, uint line, uint firstChild, scoped ReadOnlySpan<TKey> separators);
}

using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// A tree that is one line of whole networks instead of the places where values change: networks that stand alone, as most do, then
/// take half the memory.
/// </summary>
internal static class SparseTree6
{
    /// <summary>Writes the tree if it can be one.</summary>
    /// <param name="lines">Where to.</param>
    /// <param name="before">What holds below the first key.</param>
    /// <param name="keys">Where values begin, rising.</param>
    /// <param name="values">What holds from there on.</param>
    /// <param name="end">Where the last value ends; null: at the end of all numbers.</param>
    /// <param name="root">Its root.</param>
    public static bool TryWrite(
        ref LineWriter lines, uint before, ReadOnlySpan<ulong> keys, ReadOnlySpan<uint> values, ulong? end, out uint root)
    {
        root = 0;
        Sparse6Record tree = new() { Elsewhere = before };
        int networks = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            if (values[i] == before)
            {
                continue;
            }

            ulong? last = i + 1 < keys.Length ? keys[i + 1] : end;
            if (networks == Sparse6Networks.Length || last is not { } next || !IsNetwork(keys[i], next - keys[i]))
            {
                return false;
            }

            tree.Network[networks] = keys[i];
            tree.Value[networks] = values[i];
            tree.Shift[networks++] = (byte)ulong.TrailingZeroCount(next - keys[i]);
        }

        uint line = lines.Take(1);
        root = RootWord.Of(line, RootWord.Sparse);
        for (; networks < Sparse6Networks.Length; networks++)
        {
            tree.Network[networks] = tree.Network[0];
            tree.Value[networks] = networks == 0 ? before : tree.Value[0];
            tree.Shift[networks] = tree.Shift[0];
        }

        lines.At<Sparse6Record>(line) = tree;
        return true;
    }

    private static bool IsNetwork(ulong first, ulong count) => ulong.IsPow2(count) && (first & (count - 1)) == 0;
}

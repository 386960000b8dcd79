using System.Numerics;
using System.Runtime.InteropServices;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// The index over the upper halves of IPv6 addresses, spread between the lowest and the highest that the policy names. Where networks
/// are longer than 64 bits, a tree over the lower halves hangs below.
/// </summary>
internal static class AddressIndex6
{
    private const int KeysPerTree = 3;
    private const int BitsMin = 4;
    private const int BitsMax = 19;

    /// <summary>Writes index and trees.</summary>
    public static void Write(ref LineWriter lines, ClassRanges<UInt128> ranges, ref ImageRecord image)
    {
        (List<ulong> keys, List<uint> values) = SplitHalves(ref lines, ranges);
        if (keys.Count == 0)
        {
            return;
        }

        int bits = Math.Clamp(BitOperations.Log2((uint)((keys.Count / KeysPerTree) + 1)) + 1, BitsMin, BitsMax);
        ulong span = keys[^1] - keys[0];
        image.Base6 = keys[0];
        image.Shift6 = (byte)Math.Max(0, 64 - BitOperations.LeadingZeroCount(span) - bits);
        image.Slots6 = (uint)(span >> image.Shift6) + 1;
        image.Index6 = lines.Take((image.Slots6 + LineWords.Length - 1) / LineWords.Length);

        uint before = 0;
        int from = 0;
        (uint Value, uint Root) empty = (uint.MaxValue, 0);
        for (uint slot = 0; slot < image.Slots6; slot++)
        {
            int to = from;
            while (to < keys.Count && (keys[to] - image.Base6) >> image.Shift6 == slot)
            {
                to++;
            }

            ReadOnlySpan<ulong> slotKeys = CollectionsMarshal.AsSpan(keys)[from..to];
            ReadOnlySpan<uint> slotValues = CollectionsMarshal.AsSpan(values)[from..to];
            uint root = to == from && empty.Value == before
                ? empty.Root
                : WriteTree(ref lines, before, slotKeys, slotValues, to < keys.Count ? keys[to] : null);
            if (to == from)
            {
                empty = (before, root);
            }
            else
            {
                before = values[to - 1];
            }

            lines.At<LineRecord>(image.Index6 + (slot / LineWords.Length)).W[(int)(slot % LineWords.Length)] = root;
            from = to;
        }
    }

    private static uint WriteTree(ref LineWriter lines, uint before, ReadOnlySpan<ulong> keys, ReadOnlySpan<uint> values, ulong? end) =>
        SparseTree6.TryWrite(ref lines, before, keys, values, end, out uint root)
            ? root
            : TreeWriter<ulong, TreeFormat6>.Write(ref lines, before, keys, values);

    /// <summary>Where the value of upper halves changes; keys inside one upper half become a tree of their own.</summary>
    private static (List<ulong> Keys, List<uint> Values) SplitHalves(ref LineWriter lines, ClassRanges<UInt128> ranges)
    {
        ReadOnlySpan<UInt128> keys = ranges.Keys;
        ReadOnlySpan<uint> classes = ranges.Classes;
        var uppers = new List<ulong>(keys.Length);
        var values = new List<uint>(keys.Length);
        var lowers = new List<ulong>();
        var lowerClasses = new List<uint>();
        uint before = 0;
        for (int at = 0; at < keys.Length;)
        {
            ulong upper = (ulong)(keys[at] >> 64);
            lowers.Clear();
            lowerClasses.Clear();
            for (; at < keys.Length && (ulong)(keys[at] >> 64) == upper; at++)
            {
                if ((ulong)keys[at] == 0)
                {
                    before = classes[at];
                }
                else
                {
                    lowers.Add((ulong)keys[at]);
                    lowerClasses.Add(classes[at]);
                }
            }

            if (lowers.Count == 0)
            {
                uppers.Add(upper);
                values.Add(before);
                continue;
            }

            uint root = WriteTree(ref lines, before, CollectionsMarshal.AsSpan(lowers), CollectionsMarshal.AsSpan(lowerClasses), null);
            uppers.Add(upper);
            values.Add(root | Leaf6Record.Lower);
            before = lowerClasses[^1];

            // The next upper half has what this one ends with, unless it begins with something itself.
            bool isNextGiven = at < keys.Length && (ulong)(keys[at] >> 64) == upper + 1;
            if (upper != ulong.MaxValue && !isNextGiven)
            {
                uppers.Add(upper + 1);
                values.Add(before);
            }
        }

        return (uppers, values);
    }
}

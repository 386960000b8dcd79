using System.Numerics;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// The index over IPv4: an address's upper bits choose a tree. Trees then hold a few keys each, and the rare crowded one grows a
/// level.
/// </summary>
internal static class AddressIndex4
{
    private const int KeysPerTree = 6;
    private const int BitsMin = 4;
    private const int BitsMax = 19;

    /// <summary>Writes the index, then its trees.</summary>
    /// <returns>How far an address is shifted to find its slot.</returns>
    public static byte Write(ref LineWriter lines, ClassRanges<uint> ranges)
    {
        ReadOnlySpan<uint> keys = ranges.Keys;
        ReadOnlySpan<uint> classes = ranges.Classes;
        int bits = Math.Clamp(BitOperations.Log2((uint)((keys.Length / KeysPerTree) + 1)) + 1, BitsMin, BitsMax);
        int slots = 1 << bits;
        int shift = 32 - bits;
        uint index = lines.Take((uint)(slots / LineWords.Length));

        uint before = 0;
        int from = 0;
        (uint Class, uint Root) empty = (uint.MaxValue, 0);
        for (int slot = 0; slot < slots; slot++)
        {
            ulong end = (ulong)(slot + 1) << shift;
            int to = from;
            while (to < keys.Length && keys[to] < end)
            {
                to++;
            }

            // Slots without keys share a leaf with their like.
            uint root = to == from && empty.Class == before
                ? empty.Root
                : TreeWriter<uint, TreeFormat4>.Write(ref lines, before, keys[from..to], classes[from..to]);
            if (to == from)
            {
                empty = (before, root);
            }
            else
            {
                before = classes[to - 1];
            }

            lines.At<LineRecord>(index + (uint)(slot / LineWords.Length)).W[slot % LineWords.Length] = root;
            from = to;
        }

        return (byte)shift;
    }
}

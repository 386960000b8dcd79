using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.BtfModel;

/// <summary>Brings the type section of a foreign object into this machine's byte order.</summary>
internal static class BtfByteOrder
{
    /// <summary>A swapped copy. Every field of every record is a 32-bit word, which makes it a plain loop.</summary>
    internal static byte[] Swap(ReadOnlySpan<byte> types)
    {
        byte[] copy = types.ToArray();
        if (copy.Length % 4 != 0)
        {
            throw new BpfFormatException(".BTF", copy.Length, "the type section is not a whole number of words");
        }

        Span<uint> words = MemoryMarshal.Cast<byte, uint>(copy.AsSpan());
        BinaryPrimitives.ReverseEndianness(words, words);
        return copy;
    }
}

using System.Buffers.Binary;
using System.Numerics;

namespace EbpfFirewall.Policies.Compilation;

/// <summary>Labels as octets, eight at a time, with ASCII letters in lower case.</summary>
internal static class LabelText
{
    private const ulong HighBits = 0x8080808080808080;
    private const ulong Ones = 0x0101010101010101;

    /// <summary>A hash that does not see the case of ASCII letters.</summary>
    internal static ulong Hash(ReadOnlySpan<byte> label, ulong seed)
    {
        ulong hash = seed ^ ((ulong)label.Length * 0x9E3779B97F4A7C15);
        while (label.Length >= 8)
        {
            hash = Mix(hash ^ Lower(BinaryPrimitives.ReadUInt64LittleEndian(label)));
            label = label[8..];
        }

        return Mix(hash ^ Lower(ReadTail(label)));
    }

    /// <summary>Compares a label in any case with one in lower case.</summary>
    internal static bool EqualsLowered(ReadOnlySpan<byte> label, ReadOnlySpan<byte> lowered)
    {
        if (label.Length != lowered.Length)
        {
            return false;
        }

        while (label.Length >= 8)
        {
            if (Lower(BinaryPrimitives.ReadUInt64LittleEndian(label)) != BinaryPrimitives.ReadUInt64LittleEndian(lowered))
            {
                return false;
            }

            label = label[8..];
            lowered = lowered[8..];
        }

        return Lower(ReadTail(label)) == ReadTail(lowered);
    }

    /// <summary>Turns 'A' to 'Z' into 'a' to 'z' in each of eight octets, and nothing else.</summary>
    private static ulong Lower(ulong octets)
    {
        // Without their high bits the octets cannot carry into one another.
        ulong low = octets & ~HighBits;
        ulong atLeastA = low + ((0x80 - (ulong)'A') * Ones);
        ulong aboveZ = low + ((0x7f - (ulong)'Z') * Ones);
        ulong isUpper = (atLeastA ^ aboveZ) & ~octets & HighBits;
        return octets | (isUpper >> 2);
    }

    private static ulong ReadTail(ReadOnlySpan<byte> tail)
    {
        ulong value = 0;
        for (int i = tail.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | tail[i];
        }

        return value;
    }

    private static ulong Mix(ulong value)
    {
        value *= 0xD6E8FEB86659FD93;
        value ^= BitOperations.RotateRight(value, 32);
        return value * 0xD6E8FEB86659FD93;
    }
}

using System.Buffers.Binary;

namespace EbpfFirewall.Dns.Wire;

/// <summary>Names on the wire: measured once, then walked without checks.</summary>
/// <remarks>
/// Two rules keep hostile compression harmless. A pointer must lead strictly before the labels it ends, so there are no
/// loops. And the length behind a pointer is remembered (<see cref="NameMemo"/>), so that a message costs time in
/// proportion to its size, however its names are folded.
/// </remarks>
internal static class NameCodec
{
    /// <summary>Longest name, the root's octet included (RFC 1035 section 2.3.4).</summary>
    internal const int MaxLength = 255;

    /// <summary>Pointers that may follow each other in one name: as many as a name has room for labels.</summary>
    private const int MaxPointers = 127;

    private const int PointerMark = 0xC0;

    /// <summary>
    /// Checks the name at <paramref name="offset"/>. <paramref name="end"/> is the offset of what follows the name in place,
    /// <paramref name="length"/> the octets of the name when expanded.
    /// </summary>
    internal static DnsStatus Measure(ReadOnlySpan<byte> message, int offset, scoped ref NameMemo memo, out int end, out int length)
    {
        end = 0;
        length = 0;
        int position = offset;
        int runStart = offset;
        int total = 0;
        int pointers = 0;
        int firstTarget = 0;
        int beforeFirstTarget = 0;

        while ((uint)position < (uint)message.Length)
        {
            int octet = message[position];
            if (octet == 0)
            {
                total++;
                if (pointers == 0)
                {
                    end = position + 1;
                }

                break;
            }

            if (octet < 64)
            {
                total += octet + 1;
                if (total >= MaxLength)
                {
                    return DnsStatus.NameTooLong;
                }

                position += octet + 1;
                continue;
            }

            if (octet < PointerMark)
            {
                return DnsStatus.BadLabel;
            }

            if (position + 1 >= message.Length)
            {
                return DnsStatus.Truncated;
            }

            int target = BinaryPrimitives.ReadUInt16BigEndian(message[position..]) & 0x3FFF;
            if (target >= runStart || target < DnsHeader.Size || ++pointers > MaxPointers)
            {
                return DnsStatus.BadPointer;
            }

            if (pointers == 1)
            {
                end = position + 2;
                firstTarget = target;
                beforeFirstTarget = total;
            }

            if (memo.TryGet(target, out int knownLength, out int knownPointers))
            {
                total += knownLength;
                pointers += knownPointers;
                break;
            }

            runStart = target;
            position = target;
        }

        if ((uint)position >= (uint)message.Length)
        {
            return DnsStatus.Truncated;
        }

        if (total > MaxLength)
        {
            return DnsStatus.NameTooLong;
        }

        if (pointers > MaxPointers)
        {
            return DnsStatus.BadPointer;
        }

        if (pointers > 0)
        {
            memo.Put(firstTarget, total - beforeFirstTarget, pointers - 1, message.Length);
        }

        length = total;
        return DnsStatus.Ok;
    }

    /// <summary>The offset of the label or root that stands at <paramref name="position"/>, pointers followed. Measured names only.</summary>
    internal static int Resolve(ReadOnlySpan<byte> message, int position)
    {
        while (message[position] >= PointerMark)
        {
            position = BinaryPrimitives.ReadUInt16BigEndian(message[position..]) & 0x3FFF;
        }

        return position;
    }

    /// <summary>Expands a measured name. The destination holds at least its length.</summary>
    internal static void Expand(ReadOnlySpan<byte> message, int position, Span<byte> destination)
    {
        int written = 0;
        while (true)
        {
            position = Resolve(message, position);
            int size = message[position] + 1;
            message.Slice(position, size).CopyTo(destination[written..]);
            if (size == 1)
            {
                return;
            }

            written += size;
            position += size;
        }
    }

    /// <summary>Compares two measured names of equal length; ASCII letters in any case, other octets as they are.</summary>
    internal static bool Equal(ReadOnlySpan<byte> left, int leftPosition, ReadOnlySpan<byte> right, int rightPosition)
    {
        while (true)
        {
            leftPosition = Resolve(left, leftPosition);
            rightPosition = Resolve(right, rightPosition);
            int size = left[leftPosition];
            if (size != right[rightPosition])
            {
                return false;
            }

            if (size == 0)
            {
                return true;
            }

            if (!EqualFolded(left.Slice(leftPosition + 1, size), right.Slice(rightPosition + 1, size)))
            {
                return false;
            }

            leftPosition += size + 1;
            rightPosition += size + 1;
        }
    }

    /// <summary>Skips labels of a measured name until <paramref name="octets"/> expanded octets are behind.</summary>
    /// <returns>The position, or -1 when no label starts there.</returns>
    internal static int Skip(ReadOnlySpan<byte> message, int position, int octets)
    {
        while (octets > 0)
        {
            position = Resolve(message, position);
            int size = message[position] + 1;
            octets -= size;
            position += size;
        }

        return octets == 0 ? position : -1;
    }

    /// <summary>Compares octets; ASCII letters in any case. Length octets of labels are below 64, so whole flat names may be compared.</summary>
    internal static bool EqualFolded(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i] && Fold(left[i]) != Fold(right[i]))
            {
                return false;
            }
        }

        return true;
    }

    internal static byte Fold(byte octet) => (uint)(octet - 'A') <= 'Z' - 'A' ? (byte)(octet | 0x20) : octet;
}

using System.Runtime.CompilerServices;

namespace EbpfFirewall.Dns.Wire;

/// <summary>
/// Where the first names of a message, and the ends of them, were written: targets for pointers. Octets are compared
/// exactly, so that compression never changes the case of a name.
/// </summary>
internal struct NameCompressor
{
    private const int Capacity = 24;

    private Offsets _offsets;
    private Lengths _lengths;
    private int _count;

    /// <summary>Finds the longest end of a flat name that was written before.</summary>
    /// <param name="message">What has been written.</param>
    /// <param name="name">A flat name.</param>
    /// <param name="target">Where it stands.</param>
    /// <returns>Octets of <paramref name="name"/> in front of it; the whole length when none was found.</returns>
    internal readonly int Find(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name, out int target)
    {
        int position = 0;
        while (name[position] != 0)
        {
            int length = name.Length - position;
            for (int i = 0; i < _count; i++)
            {
                if (_lengths[i] == length && Matches(message, _offsets[i], name[position..]))
                {
                    target = _offsets[i];
                    return position;
                }
            }

            position += name[position] + 1;
        }

        target = 0;
        return name.Length;
    }

    /// <summary>Remembers the first <paramref name="literal"/> octets of a name that was written at <paramref name="offset"/>.</summary>
    internal void Add(int offset, ReadOnlySpan<byte> name, int literal)
    {
        int position = 0;
        while (position < literal && name[position] != 0 && _count < Capacity && offset + position < 1 << 14)
        {
            _offsets[_count] = (ushort)(offset + position);
            _lengths[_count] = (byte)(name.Length - position);
            _count++;
            position += name[position] + 1;
        }
    }

    /// <summary>Forgets what was written at or after <paramref name="end"/>.</summary>
    internal void Rewind(int end)
    {
        while (_count > 0 && _offsets[_count - 1] >= end)
        {
            _count--;
        }
    }

    private static bool Matches(ReadOnlySpan<byte> message, int position, ReadOnlySpan<byte> name)
    {
        while (true)
        {
            position = NameCodec.Resolve(message, position);
            int size = message[position] + 1;
            if (!message.Slice(position, size).SequenceEqual(name[..Math.Min(size, name.Length)]))
            {
                return false;
            }

            if (size == 1)
            {
                return true;
            }

            position += size;
            name = name[size..];
        }
    }

    [InlineArray(Capacity)]
    private struct Offsets
    {
        private ushort _first;
    }

    [InlineArray(Capacity)]
    private struct Lengths
    {
        private byte _first;
    }
}

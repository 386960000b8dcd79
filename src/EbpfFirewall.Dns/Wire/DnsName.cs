namespace EbpfFirewall.Dns.Wire;

/// <summary>A well-formed name inside a message, compressed or not. Only a view; valid while the message is.</summary>
public readonly ref struct DnsName
{
    private readonly ReadOnlySpan<byte> _message;
    private readonly int _position;
    private readonly int _end;

    internal DnsName(ReadOnlySpan<byte> message, int position, int end, int length)
    {
        _message = message;
        _position = position;
        _end = end;
        Length = length;
    }

    /// <summary>Octets of the name in wire form without compression, the root's included: 1 to 255.</summary>
    public int Length { get; }

    /// <summary>True for the root.</summary>
    public bool IsRoot => Length == 1;

    /// <summary>The wire form when the name stands uncompressed in its message; else empty.</summary>
    public ReadOnlySpan<byte> Flat => _end - _position == Length ? _message[_position.._end] : default;

    /// <summary>Octets that the name takes where it stands.</summary>
    internal int InPlaceLength => _end - _position;

    /// <summary>Takes a name that stands alone: labels, then the root, no pointers, nothing behind.</summary>
    public static DnsStatus TryCreate(ReadOnlySpan<byte> wireName, out DnsName name)
    {
        name = default;
        int position = 0;
        while ((uint)position < (uint)wireName.Length)
        {
            int octet = wireName[position++];
            if (octet == 0)
            {
                if (position != wireName.Length)
                {
                    return DnsStatus.TrailingBytes;
                }

                if (position > NameCodec.MaxLength)
                {
                    return DnsStatus.NameTooLong;
                }

                name = new DnsName(wireName, 0, position, position);
                return DnsStatus.Ok;
            }

            if (octet > 63)
            {
                return DnsStatus.BadLabel;
            }

            position += octet;
        }

        return DnsStatus.Truncated;
    }

    /// <summary>Expands the name into <paramref name="destination"/>.</summary>
    /// <returns>Octets written: <see cref="Length"/>, or 0 when the destination is too small.</returns>
    public int CopyTo(Span<byte> destination)
    {
        if (Length == 0 || destination.Length < Length)
        {
            return 0;
        }

        ReadOnlySpan<byte> flat = Flat;
        if (flat.IsEmpty)
        {
            NameCodec.Expand(_message, _position, destination);
        }
        else
        {
            flat.CopyTo(destination);
        }

        return Length;
    }

    /// <summary>True for the same name; ASCII letters in any case, every other octet as it is.</summary>
    public bool EqualTo(DnsName other) =>
        Length == other.Length && (Length == 0 || NameCodec.Equal(_message, _position, other._message, other._position));

    /// <summary>True for the same name; <paramref name="wireName"/> is a well-formed name without compression.</summary>
    public bool EqualTo(ReadOnlySpan<byte> wireName) =>
        Length == wireName.Length && (Length == 0 || NameCodec.Equal(_message, _position, wireName, 0));

    /// <summary>True for <paramref name="wireName"/> itself and everything below it, on label boundaries.</summary>
    public bool IsAtOrBelow(ReadOnlySpan<byte> wireName)
    {
        if (wireName.IsEmpty || wireName.Length > Length)
        {
            return false;
        }

        int position = NameCodec.Skip(_message, _position, Length - wireName.Length);
        return position >= 0 && NameCodec.Equal(_message, position, wireName, 0);
    }

    /// <summary>
    /// Text: lower case, no trailing dot, "." for the root; dots and backslashes inside labels behind a backslash, octets
    /// outside printable ASCII as <c>\DDD</c>.
    /// </summary>
    public override string ToString()
    {
        Span<byte> wire = stackalloc byte[NameCodec.MaxLength];
        return DnsNameText.Format(wire[..CopyTo(wire)]);
    }
}

namespace EbpfFirewall.Dns.Wire;

/// <summary>Names as text (RFC 1035 section 5.1, RFC 4343).</summary>
public static class DnsNameText
{
    /// <summary>Every octet as <c>\DDD</c>: four characters for one.</summary>
    private const int MaxTextLength = NameCodec.MaxLength * 4;

    /// <summary>
    /// Text of a well-formed, uncompressed name: lower case, no trailing dot, "." for the root; dots and backslashes inside
    /// labels behind a backslash, octets outside printable ASCII as <c>\DDD</c>. Empty for an empty span.
    /// </summary>
    public static string Format(ReadOnlySpan<byte> wireName)
    {
        if (wireName.Length <= 1)
        {
            return wireName.Length == 0 ? "" : ".";
        }

        Span<char> text = stackalloc char[MaxTextLength];
        int length = 0;
        int position = 0;
        while (wireName[position] != 0)
        {
            if (length > 0)
            {
                text[length++] = '.';
            }

            int end = position + 1 + wireName[position];
            for (position++; position < end; position++)
            {
                length += FormatOctet(NameCodec.Fold(wireName[position]), text[length..]);
            }
        }

        return new string(text[..length]);
    }

    /// <summary>Reads text into wire form, uncompressed. A trailing dot is optional; <c>\DDD</c> and <c>\c</c> are understood.</summary>
    /// <param name="text">The name.</param>
    /// <param name="destination">Room for up to 255 octets.</param>
    /// <param name="length">Octets written.</param>
    /// <returns>False for an empty or over-long label or name, an unfinished escape, a character beyond ASCII.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> destination, out int length)
    {
        length = 0;
        if (text is ".")
        {
            return TryAppend(destination, 0, ref length);
        }

        int labelStart = 0;
        if (text.IsEmpty || !TryAppend(destination, 0, ref length))
        {
            return false;
        }

        while (!text.IsEmpty)
        {
            char c = text[0];
            text = text[1..];
            if (c == '.')
            {
                if (!TryEndLabel(destination, labelStart, length))
                {
                    return false;
                }

                labelStart = length;
                if (!TryAppend(destination, 0, ref length))
                {
                    return false;
                }

                continue;
            }

            if (c > '~' || (c == '\\' && !TryUnescape(ref text, out c)) || !TryAppend(destination, (byte)c, ref length))
            {
                return false;
            }
        }

        // A trailing dot has already opened the root's label.
        return length - labelStart == 1
            || (TryEndLabel(destination, labelStart, length) && TryAppend(destination, 0, ref length));
    }

    private static int FormatOctet(byte octet, Span<char> text)
    {
        if (octet is (byte)'.' or (byte)'\\')
        {
            text[0] = '\\';
            text[1] = (char)octet;
            return 2;
        }

        if (octet is > (byte)' ' and <= (byte)'~')
        {
            text[0] = (char)octet;
            return 1;
        }

        text[0] = '\\';
        text[1] = (char)('0' + (octet / 100));
        text[2] = (char)('0' + (octet / 10 % 10));
        text[3] = (char)('0' + (octet % 10));
        return 4;
    }

    private static bool TryUnescape(ref ReadOnlySpan<char> text, out char c)
    {
        c = '\0';
        if (text.IsEmpty)
        {
            return false;
        }

        if (!char.IsAsciiDigit(text[0]))
        {
            c = text[0];
            text = text[1..];
            return c <= '~';
        }

        if (text.Length < 3 || !char.IsAsciiDigit(text[1]) || !char.IsAsciiDigit(text[2]))
        {
            return false;
        }

        int value = ((text[0] - '0') * 100) + ((text[1] - '0') * 10) + (text[2] - '0');
        c = (char)value;
        text = text[3..];
        return value <= 255;
    }

    private static bool TryEndLabel(Span<byte> destination, int labelStart, int length)
    {
        int size = length - labelStart - 1;
        destination[labelStart] = (byte)size;
        return size is > 0 and <= 63;
    }

    private static bool TryAppend(Span<byte> destination, byte octet, ref int length)
    {
        if (length >= Math.Min(destination.Length, NameCodec.MaxLength))
        {
            return false;
        }

        destination[length++] = octet;
        return true;
    }
}

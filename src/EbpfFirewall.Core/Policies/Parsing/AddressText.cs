using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>
/// Addresses and networks. IPv4 is four decimal numbers and nothing else: the short, octal and hexadecimal forms
/// that inet_aton(3) takes mean different hosts to different programs.
/// </summary>
internal static class AddressText
{
    private const string Shape = "write 192.0.2.7, 10.0.0.0/8, 2001:db8::1 or 2001:db8::/32";

    /// <summary>True when the colons of the text are those of an IPv6 address rather than the one in front of ports.</summary>
    internal static bool LooksLikeIPv6(ReadOnlySpan<char> text)
    {
        int first = text.IndexOf(':');
        return first <= 4 && text.Count(':') >= 2 && !text[..Math.Max(first, 0)].ContainsAnyExcept(Characters.Hex);
    }

    /// <summary>True when the text can only be meant as an address: a name never looks like this.</summary>
    internal static bool LooksLikeAddress(ReadOnlySpan<char> text)
    {
        if (text[0] == '[' || LooksLikeIPv6(text))
        {
            return true;
        }

        int slash = text.IndexOf('/');
        ReadOnlySpan<char> host = slash < 0 ? text : text[..slash];
        host = host.TrimEnd('.');
        ReadOnlySpan<char> last = host[(host.LastIndexOf('.') + 1)..];
        return IsNumber(last);
    }

    internal static bool TryParse(RuleSlice text, out AddressPrefix prefix)
    {
        prefix = default;
        int slash = text.IndexOf('/');
        RuleSlice address = slash < 0 ? text : text.To(slash);
        if (!TryParseAddress(address, out IPAddress? parsed))
        {
            return false;
        }

        int width = parsed.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        int length = width;
        if (slash >= 0 && !TryParseLength(text.From(slash + 1), width, out length))
        {
            return false;
        }

        AddressPrefix given = new(width == 128, ToNumber(parsed), length);
        if (given.HasHostBits)
        {
            return address.Fail(0, $"{text} has bits behind its prefix length",
                $"write {given.WithoutHostBits} for the network or {AddressPrefix.Of(parsed)} for the one address");
        }

        prefix = parsed.IsIPv4MappedToIPv6 && length >= 96 ? AddressPrefix.Of(parsed) with { Length = length - 96 } : given;
        return true;
    }

    private static UInt128 ToNumber(IPAddress address)
    {
        UInt128 number = 0;
        foreach (byte octet in address.GetAddressBytes())
        {
            number = (number << 8) | octet;
        }

        return number;
    }

    /// <summary>WHATWG's rule: a host whose last label is a number is an IPv4 address or an error, never a name.</summary>
    private static bool IsNumber(ReadOnlySpan<char> label) =>
        (label.Length > 0 && !label.ContainsAnyExceptInRange('0', '9'))
        || (label.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && !label[2..].ContainsAnyExcept(Characters.Hex));

    private static bool TryParseAddress(RuleSlice text, out IPAddress parsed)
    {
        parsed = IPAddress.None;
        bool bracketed = text.Length > 0 && text[0] == '[';
        if (bracketed)
        {
            int close = text.IndexOf(']');
            if (close != text.Length - 1)
            {
                return close < 0
                    ? text.Fail(1, "the prefix length stands inside the brackets", "write it behind them: [2001:db8::]/32:443")
                    : text.Fail(close + 1, "text behind the closing bracket", "write [2001:db8::1]:443 or [2001:db8::]/32:443");
            }

            text = text.To(close).From(1);
        }

        int colon = text.IndexOf(':');
        if (colon < 0 && !bracketed)
        {
            return TryParseIPv4(text.Span, out parsed) || text.Fail(0, $"\"{text}\" is not an IPv4 address", DescribeIPv4(text));
        }

        int zone = text.IndexOf('%');
        if (zone >= 0)
        {
            return text.Fail(zone, "an address in a rule has no zone", $"write {text.To(zone)}");
        }

        return TryParseIPv6(text.Span, out parsed) || text.Fail(0, $"\"{text}\" is not an IPv6 address", Shape);
    }

    private static string DescribeIPv4(RuleSlice text) => text.Span.ContainsAnyExceptInRange('0', '9')
        ? "write four decimal numbers from 0 to 255 without leading zeros: 192.0.2.7"
        : $"write a host in front of the port: example.com:{text}";

    private static bool TryParseIPv4(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        Span<byte> octets = stackalloc byte[4];
        int count = 0;
        foreach (Range range in text.Split('.'))
        {
            ReadOnlySpan<char> part = text[range];
            if (count == 4 || part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0')
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out octets[count]))
            {
                return false;
            }

            count++;
        }

        address = new IPAddress(octets);
        return count == 4;
    }

    private static bool TryParseIPv6(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.ContainsAnyExcept(Characters.IPv6))
        {
            return false;
        }

        // The BCL reads a dotted tail with leading zeros; here it is held to the strict form.
        ReadOnlySpan<char> tail = text[(text.LastIndexOf(':') + 1)..];
        if (tail.Contains('.') && !TryParseIPv4(tail, out _))
        {
            return false;
        }

        return IPAddress.TryParse(text, out IPAddress? parsed)
            && parsed.AddressFamily == AddressFamily.InterNetworkV6
            && (address = parsed) is not null;
    }

    private static bool TryParseLength(RuleSlice text, int width, out int length)
    {
        length = 0;
        if (text.IndexOf('.') > 0)
        {
            return text.Fail(0, $"\"{text}\" is a netmask", "write the number of leading one bits: 10.0.0.0/8");
        }

        int colon = text.IndexOf(':');
        if (width == 128 && colon > 0)
        {
            return text.Fail(colon, "an IPv6 network with ports needs brackets", "write [2001:db8::]/32:443");
        }

        return (text.Length is 1 or 2 or 3
                && (text.Length == 1 || text[0] != '0')
                && int.TryParse(text.Span, NumberStyles.None, CultureInfo.InvariantCulture, out length)
                && length <= width)
            || text.Fail(0, $"\"{text}\" is not a prefix length between 0 and {width}", Shape);
    }
}

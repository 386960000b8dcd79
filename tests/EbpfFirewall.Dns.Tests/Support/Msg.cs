using System.Net;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Support;

/// <summary>Messages by hand, octet by octet: what is under test does not build its own input.</summary>
internal static class Msg
{
    internal static byte[] Name(string text)
    {
        byte[] buffer = new byte[255];
        DnsNameText.TryParse(text, buffer, out int length).Should().BeTrue($"'{text}' is a name");
        return buffer[..length];
    }

    internal static byte[] Query(
        string name,
        DnsType type,
        ushort id = 0x1234,
        ushort flags = 0x0100,
        ushort @class = 1,
        byte[]? opt = null)
    {
        return
        [
            .. U16(id), .. U16(flags), .. U16(1), .. U16(0), .. U16(0), .. U16(opt is null ? 0 : 1),
            .. Name(name), .. U16((ushort)type), .. U16(@class),
            .. opt ?? [],
        ];
    }

    internal static byte[] Opt(ushort size = 1232, byte version = 0, bool dnssecOk = false, byte[]? options = null) =>
        [0, .. U16(41), .. U16(size), 0, version, .. U16(dnssecOk ? 0x8000 : 0), .. U16(options?.Length ?? 0), .. options ?? []];

    internal static byte[] Option(ushort code, params byte[] data) => [.. U16(code), .. U16(data.Length), .. data];

    internal static byte[] Record(string owner, DnsType type, byte[] data, uint ttl = 300, ushort @class = 1) =>
        [.. Name(owner), .. U16((ushort)type), .. U16(@class), .. U16((int)(ttl >> 16)), .. U16((int)(ttl & 0xFFFF)), .. U16(data.Length), .. data];

    internal static byte[] A(string owner, string address, uint ttl = 300) =>
        Record(owner, DnsType.A, IPAddress.Parse(address).GetAddressBytes(), ttl);

    internal static byte[] Aaaa(string owner, string address, uint ttl = 300) =>
        Record(owner, DnsType.Aaaa, IPAddress.Parse(address).GetAddressBytes(), ttl);

    internal static byte[] Cname(string owner, string target, uint ttl = 300) => Record(owner, DnsType.Cname, Name(target), ttl);

    internal static byte[] Soa(string owner, uint ttl = 300) =>
        Record(owner, DnsType.Soa, [.. Name("ns." + owner), .. Name("admin." + owner), .. new byte[16], .. U16(0), .. U16(60)], ttl);

    internal static byte[] Rrsig(string owner, DnsType covered, uint ttl = 300) =>
        Record(owner, DnsType.Rrsig, [.. U16((ushort)covered), 13, 2, .. new byte[14], .. Name("test"), .. new byte[64]], ttl);

    /// <summary>A response to <paramref name="query"/>, its question repeated octet by octet.</summary>
    internal static byte[] Response(
        ReadOnlySpan<byte> query, byte[][]? answers = null, byte[][]? authorities = null, byte[][]? additionals = null, int code = 0, int extraFlags = 0)
    {
        answers ??= [];
        authorities ??= [];
        additionals ??= [];
        int end = QuestionEnd(query);
        return
        [
            .. query[..2], .. U16(0x8180 | code | extraFlags), .. U16(1),
            .. U16(answers.Length), .. U16(authorities.Length), .. U16(additionals.Length),
            .. query[12..end], .. answers.SelectMany(r => r), .. authorities.SelectMany(r => r), .. additionals.SelectMany(r => r),
        ];
    }

    internal static string QuestionName(ReadOnlySpan<byte> query)
    {
        DnsReader reader = new(query);
        reader.TryReadQuestion(out DnsQuestion question);
        return question.Name.ToString();
    }

    internal static DnsType QuestionType(ReadOnlySpan<byte> query)
    {
        DnsReader reader = new(query);
        reader.TryReadQuestion(out DnsQuestion question);
        return question.Type;
    }

    internal static byte[] U16(int value) => [(byte)(value >> 8), (byte)value];

    private static int QuestionEnd(ReadOnlySpan<byte> query)
    {
        int position = 12;
        while (query[position] != 0)
        {
            position += query[position] + 1;
        }

        return position + 5;
    }
}

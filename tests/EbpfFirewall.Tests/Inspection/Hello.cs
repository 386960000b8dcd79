using System.Buffers.Binary;
using System.Text;
using EbpfFirewall.Core.Tests.Support;

namespace EbpfFirewall.Tests.Inspection;

/// <summary>Hellos: of real clients (hellos.txt), and made to order.</summary>
internal static class Hello
{
    internal static IReadOnlyDictionary<string, byte[]> Real { get; } = RepositoryFiles
        .Read("tests", "EbpfFirewall.Tests", "Inspection", "hellos.txt")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.StartsWith('#'))
        .Select(line => line.Split(' '))
        .ToDictionary(parts => parts[0], parts => Convert.FromHexString(parts[1]));

    /// <summary>What browsers send: GREASE (RFC 8701) in every list, a post-quantum key share, ECH.</summary>
    internal static byte[] LikeBrowser(string name, bool nameLast, int keyShareBytes = 1216) => Record(Message(
        nameLast
            ? [Grease(), Versions(0x5a5a, 0x0304, 0x0303), Alpn("h2", "http/1.1"), KeyShare(keyShareBytes), Extension(0xfe0d, new byte[218]), Grease(1), ServerName(name)]
            : [Grease(), ServerName(name), Extension(0xfe0d, new byte[218]), Alpn("h2", "http/1.1"), KeyShare(keyShareBytes), Versions(0x5a5a, 0x0304, 0x0303), Grease(1)]));

    internal static byte[] Record(ReadOnlySpan<byte> fragment) => [22, 3, 1, (byte)(fragment.Length >> 8), (byte)fragment.Length, .. fragment];

    /// <summary>The same message in records that end at the given places of it.</summary>
    internal static byte[] Records(ReadOnlySpan<byte> message, params ReadOnlySpan<int> cuts)
    {
        List<byte> stream = [];
        int at = 0;
        foreach (int cut in cuts)
        {
            stream.AddRange(Record(message[at..cut]));
            at = cut;
        }

        stream.AddRange(Record(message[at..]));
        return [.. stream];
    }

    internal static byte[] Message(params byte[][] extensions)
    {
        byte[] block = [.. extensions.SelectMany(extension => extension)];
        byte[] body =
        [
            3, 3, .. new byte[32], 32, .. new byte[32], 0, 6, 0x4a, 0x4a, 0x13, 1, 0x13, 2, 1, 0,
            (byte)(block.Length >> 8), (byte)block.Length, .. block,
        ];
        return [1, (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];
    }

    internal static byte[] Extension(int type, ReadOnlySpan<byte> data) =>
        [(byte)(type >> 8), (byte)type, (byte)(data.Length >> 8), (byte)data.Length, .. data];

    internal static byte[] ServerName(string name) => ServerName(Encoding.Latin1.GetBytes(name));

    internal static byte[] ServerName(byte[] name) => Extension(0, [.. Short(name.Length + 3), 0, .. Short(name.Length), .. name]);

    internal static byte[] Versions(params int[] versions) =>
        Extension(43, [(byte)(versions.Length * 2), .. versions.SelectMany(Short)]);

    internal static byte[] Alpn(params string[] protocols)
    {
        byte[] list = [.. protocols.SelectMany(protocol => new[] { (byte)protocol.Length }.Concat(Encoding.Latin1.GetBytes(protocol)))];
        return Extension(16, [.. Short(list.Length), .. list]);
    }

    internal static byte[] Short(int value)
    {
        byte[] octets = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)value);
        return octets;
    }

    private static byte[] Grease(int length = 0) => Extension(length == 0 ? 0xdada : 0x1a1a, new byte[length]);

    private static byte[] KeyShare(int bytes) => Extension(51, [.. Short(bytes + 4), 0x11, 0xec, .. Short(bytes), .. new byte[bytes]]);
}

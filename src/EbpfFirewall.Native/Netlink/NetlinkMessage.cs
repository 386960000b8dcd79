using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace EbpfFirewall.Native.Netlink;

/// <summary>Builds one netlink request: header, family header, attributes (RFC 3549). Numbers are in host order.</summary>
internal sealed class NetlinkMessage
{
    internal const int HeaderSize = 16;
    internal const ushort Request = 1;
    internal const ushort Acknowledge = 4;
    internal const ushort Replace = 0x100;
    internal const ushort Exclusive = 0x200;
    internal const ushort Create = 0x400;
    internal const ushort Dump = 0x300;

    private readonly List<byte> _bytes = [.. new byte[HeaderSize]];

    internal NetlinkMessage(ushort type, ushort flags)
    {
        Type = type;
        Flags = (ushort)(flags | Request);
    }

    internal ushort Type { get; }

    internal ushort Flags { get; }

    internal NetlinkMessage Header<T>(in T header)
        where T : unmanaged
    {
        T copy = header;
        _bytes.AddRange(MemoryMarshal.AsBytes(new Span<T>(ref copy)));
        Pad();
        return this;
    }

    internal NetlinkMessage Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> head = stackalloc byte[4];
        MemoryMarshal.Write(head, (ushort)(4 + value.Length));
        MemoryMarshal.Write(head[2..], type);
        _bytes.AddRange(head);
        _bytes.AddRange(value);
        Pad();
        return this;
    }

    internal NetlinkMessage Attribute(ushort type, uint value) => Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value)));

    internal NetlinkMessage Attribute(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + "\0"));

    internal NetlinkMessage Nested(ushort type, Action<NetlinkMessage> content)
    {
        int at = _bytes.Count;
        Attribute(type, []);
        content(this);
        MemoryMarshal.Write(CollectionsMarshal.AsSpan(_bytes)[at..], (ushort)(_bytes.Count - at));
        return this;
    }

    internal byte[] Finish(uint sequence)
    {
        byte[] bytes = [.. _bytes];
        MemoryMarshal.Write(bytes, bytes.Length);
        MemoryMarshal.Write(bytes.AsSpan(4), Type);
        MemoryMarshal.Write(bytes.AsSpan(6), Flags);
        MemoryMarshal.Write(bytes.AsSpan(8), sequence);
        return bytes;
    }

    /// <summary>Attributes by type; of equal ones the last. Lengths that reach beyond the end finish it.</summary>
    internal static Dictionary<int, byte[]> ParseAttributes(ReadOnlySpan<byte> bytes)
    {
        Dictionary<int, byte[]> found = [];
        while (bytes.Length >= 4)
        {
            int length = MemoryMarshal.Read<ushort>(bytes);
            if (length < 4 || length > bytes.Length)
            {
                break;
            }

            const int TypeMask = 0x3fff;
            found[MemoryMarshal.Read<ushort>(bytes[2..]) & TypeMask] = bytes[4..length].ToArray();
            bytes = bytes[Math.Min(bytes.Length, (length + 3) & ~3)..];
        }

        return found;
    }

    internal static ushort NetworkOrder(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private void Pad()
    {
        while ((_bytes.Count & 3) != 0)
        {
            _bytes.Add(0);
        }
    }
}

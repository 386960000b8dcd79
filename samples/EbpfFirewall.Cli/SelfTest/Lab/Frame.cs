using System.Buffers.Binary;
using System.Net;

namespace EbpfFirewall.Cli.SelfTest.Lab;

/// <summary>A frame that arrived on the outside, as far as the suite asks about it.</summary>
internal sealed class Frame
{
    private const int EthernetBytes = 14;
    private readonly byte[] _bytes;

    public Frame(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
        ushort type = bytes.Length < EthernetBytes ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]);
        if (type == 0x0800 && bytes.Length >= EthernetBytes + 20)
        {
            Destination = new IPAddress(bytes.Slice(EthernetBytes + 16, 4));
            Protocol = bytes[EthernetBytes + 9];
            PayloadBytes = Payload(Protocol, bytes[(EthernetBytes + ((bytes[EthernetBytes] & 15) * 4))..Math.Min(bytes.Length, EthernetBytes + BinaryPrimitives.ReadUInt16BigEndian(bytes[(EthernetBytes + 2)..]))]);
        }
        else if (type == 0x86dd && bytes.Length >= EthernetBytes + 40)
        {
            Destination = new IPAddress(bytes.Slice(EthernetBytes + 24, 16));
            Protocol = bytes[EthernetBytes + 6];
            PayloadBytes = Payload(Protocol, bytes[(EthernetBytes + 40)..]);
        }
    }

    /// <summary>Null in frames that are neither IPv4 nor IPv6.</summary>
    public IPAddress? Destination { get; }

    public byte Protocol { get; }

    /// <summary>Bytes behind the transport header.</summary>
    public int PayloadBytes { get; }

    public bool Contains(ReadOnlySpan<byte> token) => _bytes.AsSpan().IndexOf(token) >= 0;

    private static int Payload(byte protocol, ReadOnlySpan<byte> transport) => Math.Max(0, transport.Length - protocol switch
    {
        6 => transport.Length > 12 ? (transport[12] >> 4) * 4 : transport.Length,
        17 => 8,
        _ => 0,
    });
}

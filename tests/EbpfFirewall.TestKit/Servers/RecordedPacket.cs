using System.Buffers.Binary;
using System.Net;

namespace EbpfFirewall.TestKit.Servers;

/// <summary>One IP packet that came out of the client's namespace.</summary>
/// <param name="Source">Its source address.</param>
/// <param name="Destination">Its destination address, as on the wire.</param>
/// <param name="Protocol">IANA protocol number; for IPv6 the first next-header.</param>
/// <param name="DestinationPort">For TCP, UDP and UDP-Lite; 0 otherwise.</param>
/// <param name="Payload">What follows the IP header (IPv4 with options included in the header).</param>
public sealed record RecordedPacket(IPAddress Source, IPAddress Destination, byte Protocol, int DestinationPort, byte[] Payload)
{
    /// <summary>
    /// True for what the client's kernel sends by itself: neighbour discovery, multicast reports and ICMP errors.
    /// </summary>
    public bool IsHousekeeping => Payload.Length > 0 && Protocol switch
    {
        1 => Payload[0] is 3 or 11 or 12,
        2 => true,
        58 => Payload[0] is (>= 1 and <= 4) or (>= 130 and <= 137) or 143,
        0 => true, // hop-by-hop: multicast listener reports
        _ => false,
    };

    /// <summary>Reads an Ethernet frame; null when it is not IP.</summary>
    internal static RecordedPacket? Parse(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> packet = frame[14..];
        return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            0x0800 when packet.Length >= 20 => Create(packet, 12, 4, packet[9], (packet[0] & 15) * 4),
            0x86dd when packet.Length >= 40 => Create(packet, 8, 16, packet[6], 40),
            _ => null,
        };
    }

    private static RecordedPacket Create(ReadOnlySpan<byte> packet, int addresses, int addressBytes, byte protocol, int headerBytes)
    {
        ReadOnlySpan<byte> payload = packet[Math.Min(headerBytes, packet.Length)..];
        int port = protocol is 6 or 17 or 136 && payload.Length >= 4 ? BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) : 0;
        return new RecordedPacket(
            new IPAddress(packet.Slice(addresses, addressBytes)),
            new IPAddress(packet.Slice(addresses + addressBytes, addressBytes)),
            protocol,
            port,
            payload[..Math.Min(payload.Length, 64)].ToArray());
    }
}

using System.Buffers.Binary;
using System.Net;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>Packets and frames made by hand.</summary>
internal static class PacketBytes
{
    private const int FromPort = 40_000;

    /// <summary>An IPv4 packet; the kernel or this fills in the checksum.</summary>
    public static byte[] V4(IPAddress destination, byte protocol, byte[] payload, byte[]? options = null, ushort fragment = 0)
    {
        int header = 20 + (options?.Length ?? 0);
        byte[] packet = new byte[header + payload.Length];
        packet[0] = (byte)(0x40 | (header / 4));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), fragment);
        packet[8] = 64;
        packet[9] = protocol;
        IPAddress.Parse(Places.Inside4).GetAddressBytes().CopyTo(packet, 12);
        destination.GetAddressBytes().CopyTo(packet, 16);
        options?.CopyTo(packet, 20);
        payload.CopyTo(packet, header);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum(packet.AsSpan(0, header)));
        return packet;
    }

    public static byte[] V6(IPAddress destination, byte next, byte[] payload)
    {
        byte[] packet = new byte[40 + payload.Length];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)payload.Length);
        packet[6] = next;
        packet[7] = 64;
        IPAddress.Parse(Places.Inside6).GetAddressBytes().CopyTo(packet, 8);
        destination.GetAddressBytes().CopyTo(packet, 24);
        payload.CopyTo(packet, 40);
        return packet;
    }

    /// <summary>A UDP datagram without checksum.</summary>
    public static byte[] Udp(int port, byte[] data)
    {
        byte[] datagram = new byte[8 + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, FromPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)port);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        data.CopyTo(datagram, 8);
        return datagram;
    }

    /// <summary>An echo request.</summary>
    public static byte[] Echo(byte type, byte[] data)
    {
        byte[] message = [type, 0, 0, 0, 0, 1, 0, 1, .. data];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        return message;
    }

    /// <summary>An Ethernet frame to the outside's end of the link.</summary>
    public static byte[] Frame(ushort etherType, byte[] payload) =>
        [.. Places.Hardware(Places.OutsideHardware), .. Places.Hardware(Places.InsideHardware), (byte)(etherType >> 8), (byte)etherType, .. payload];

    private static ushort Checksum(ReadOnlySpan<byte> data)
    {
        uint sum = 0;
        for (int i = 0; i < data.Length; i += 2)
        {
            sum += i + 1 < data.Length ? BinaryPrimitives.ReadUInt16BigEndian(data[i..]) : (uint)(data[i] << 8);
        }

        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>The addresses that a public name has no business to answer with.</summary>
internal static class PrivateAddresses
{
    /// <summary>True for private, loopback, link-local (cloud metadata included), shared, multicast and reserved space, and for IPv6 forms that hide such an IPv4 address.</summary>
    internal static bool Contains(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        _ = address.TryWriteBytes(octets, out int length);
        return address.AddressFamily == AddressFamily.InterNetwork ? ContainsV4(octets[..length]) : ContainsV6(octets);
    }

    private static bool ContainsV4(ReadOnlySpan<byte> octets)
    {
        uint address = BinaryPrimitives.ReadUInt32BigEndian(octets);
        return (address >> 24) is 0 or 10 or 127 or >= 224          // this network, private, loopback, multicast, reserved, broadcast
            || address >> 22 == (100u << 2 | 1)                     // 100.64.0.0/10  shared address space (RFC 6598)
            || address >> 16 == (169u << 8 | 254)                   // 169.254.0.0/16 link-local, metadata services
            || address >> 20 == (172u << 4 | 1)                     // 172.16.0.0/12
            || address >> 8 == (192u << 16)                         // 192.0.0.0/24   protocol assignments
            || address >> 16 == (192u << 8 | 168)                   // 192.168.0.0/16
            || address >> 17 == (198u << 7 | 9);                    // 198.18.0.0/15  benchmarks
    }

    private static bool ContainsV6(ReadOnlySpan<byte> octets)
    {
        ulong high = BinaryPrimitives.ReadUInt64BigEndian(octets);
        ulong low = BinaryPrimitives.ReadUInt64BigEndian(octets[8..]);
        if (high == 0)
        {
            // ::, ::1, IPv4-compatible and IPv4-mapped: none of them belongs into a public zone.
            return true;
        }

        return (octets[0] & 0xFE) == 0xFC                           // fc00::/7   unique local, fd00:ec2::254
            || high >> 54 is 0x3FA or 0x3FB                         // fe80::/10, fec0::/10
            || octets[0] == 0xFF                                    // ff00::/8   multicast
            || high == 0x0100_0000_0000_0000                        // 100::/64   discard
            || (high == 0x0064_FF9B_0000_0000 && (low >> 32 != 0 || ContainsV4(octets[12..])))  // 64:ff9b::/96 NAT64
            || high >> 16 == 0x0064_FF9B_0001                       // 64:ff9b:1::/48 local NAT64 (RFC 8215)
            || high >> 32 == 0x2001_0000                            // 2001::/32  Teredo
            || (high >> 48 == 0x2002 && ContainsV4(octets[2..6]));  // 2002::/16  6to4
    }
}

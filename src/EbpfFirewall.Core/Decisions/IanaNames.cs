using System.Globalization;

namespace EbpfFirewall.Decisions;

/// <summary>Numbers of protocols, query types and sockets as the words people know; the number where there is none.</summary>
internal static class IanaNames
{
    internal static string Protocol(byte number) => number switch
    {
        1 => "icmp",
        2 => "igmp",
        6 => "tcp",
        17 => "udp",
        33 => "dccp",
        41 => "ipv6",
        47 => "gre",
        50 => "esp",
        58 => "ipv6-icmp",
        132 => "sctp",
        136 => "udplite",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The mnemonic, or TYPEnnn as RFC 3597 has it.</summary>
    internal static string QueryType(ushort number) => number switch
    {
        1 => "A",
        2 => "NS",
        5 => "CNAME",
        6 => "SOA",
        12 => "PTR",
        15 => "MX",
        16 => "TXT",
        28 => "AAAA",
        33 => "SRV",
        35 => "NAPTR",
        43 => "DS",
        46 => "RRSIG",
        48 => "DNSKEY",
        64 => "SVCB",
        65 => "HTTPS",
        251 => "IXFR",
        252 => "AXFR",
        255 => "ANY",
        257 => "CAA",
        _ => string.Create(CultureInfo.InvariantCulture, $"TYPE{number}"),
    };

    internal static string SocketFamily(ushort number) => number switch
    {
        1 => "AF_UNIX",
        2 => "AF_INET",
        10 => "AF_INET6",
        16 => "AF_NETLINK",
        17 => "AF_PACKET",
        40 => "AF_VSOCK",
        43 => "AF_SMC",
        44 => "AF_XDP",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    internal static string SocketType(ushort number) => number switch
    {
        1 => "SOCK_STREAM",
        2 => "SOCK_DGRAM",
        3 => "SOCK_RAW",
        4 => "SOCK_RDM",
        5 => "SOCK_SEQPACKET",
        6 => "SOCK_DCCP",
        10 => "SOCK_PACKET",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };
}

using System.Globalization;

namespace EbpfFirewall.Kernel;

/// <summary>The names of the socket options that may be refused, by level and number (ip(7), ipv6(7), socket(7), tcp(7), packet(7)).</summary>
internal static class SocketOptionNames
{
    public static string Of(uint level, uint number) => (level, number) switch
    {
        (0, 4) => "IP_OPTIONS",
        (0, 16) => "IP_IPSEC_POLICY",
        (0, 17) => "IP_XFRM_POLICY",
        (0, 19) => "IP_TRANSPARENT",
        (0, 35) => "IP_ADD_MEMBERSHIP",
        (0, 39) => "IP_ADD_SOURCE_MEMBERSHIP",
        (0, 41) => "IP_MSFILTER",
        (0 or 41, 42) => "MCAST_JOIN_GROUP",
        (0 or 41, 46) => "MCAST_JOIN_SOURCE_GROUP",
        (0 or 41, 48) => "MCAST_MSFILTER",
        (1, 6) => "SO_BROADCAST",
        (1, 25) => "SO_BINDTODEVICE",
        (1, 36) => "SO_MARK",
        (1, 62) => "SO_BINDTOIFINDEX",
        (6, 19) => "TCP_REPAIR",
        (6, 31) => "TCP_ULP",
        (17, 100) => "UDP_ENCAP",
        (41, 6) => "IPV6_2292PKTOPTIONS",
        (41, 20) => "IPV6_ADD_MEMBERSHIP",
        (41, 27) => "IPV6_JOIN_ANYCAST",
        (41, 34) => "IPV6_IPSEC_POLICY",
        (41, 35) => "IPV6_XFRM_POLICY",
        (41, 54) => "IPV6_HOPOPTS",
        (41, 55) => "IPV6_RTHDRDSTOPTS",
        (41, 57) => "IPV6_RTHDR",
        (41, 59) => "IPV6_DSTOPTS",
        (41, 75) => "IPV6_TRANSPARENT",
        (263, 20) => "PACKET_QDISC_BYPASS",
        (283, 4) => "XDP_UMEM_REG",
        _ => string.Create(CultureInfo.InvariantCulture, $"{level}/{number}"),
    };
}

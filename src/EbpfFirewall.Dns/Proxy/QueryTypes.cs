using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>The types that are not looked up for anybody.</summary>
internal static class QueryTypes
{
    /// <summary>
    /// True for NULL (tunnels), ANY and the other question-only and meta types (RFC 6895 section 3.1: zone transfers,
    /// transaction keys), OPT as a question, and private or reserved numbers.
    /// </summary>
    internal static bool IsRefused(DnsType type) =>
        type is 0 or DnsType.Null or DnsType.Opt || (ushort)type is >= 128 and <= 255 or >= 65280;

    internal static bool IsAddress(DnsType type) => type is DnsType.A or DnsType.Aaaa;

    internal static bool IsServiceBinding(DnsType type) => type is DnsType.Svcb or DnsType.Https;
}

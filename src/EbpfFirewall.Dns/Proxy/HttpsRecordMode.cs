namespace EbpfFirewall.Dns.Proxy;

/// <summary>What happens to HTTPS and SVCB records (RFC 9460) of allowed names. Address hints in them are always granted.</summary>
public enum HttpsRecordMode : byte
{
    /// <summary><c>ech</c> is removed, and <c>h3</c> where <see cref="DnsProxyOptions.RemoveHttp3"/> says so.</summary>
    Strip = 0,

    /// <summary>They pass as they are.</summary>
    Pass = 1,

    /// <summary>The types are answered with NODATA.</summary>
    NoData = 2,
}

namespace EbpfFirewall.Dns.Wire;

/// <summary>Info codes of the extended DNS error option (RFC 8914), as far as we send them.</summary>
public enum DnsExtendedError : ushort
{
    /// <summary>Other Error.</summary>
    Other = 0,

    /// <summary>Blocked: the operator's list denies the name.</summary>
    Blocked = 15,

    /// <summary>Filtered: this kind of answer is not given.</summary>
    Filtered = 17,

    /// <summary>No Reachable Authority: no upstream answered.</summary>
    NoReachableAuthority = 22,
}

namespace EbpfFirewall.Dns.Wire;

/// <summary>Response codes (IANA numbers). Those above 15 need an OPT record (RFC 6891).</summary>
public enum DnsResponseCode : ushort
{
    /// <summary>NOERROR; without answers it is NODATA.</summary>
    NoError = 0,

    /// <summary>FORMERR: the query cannot be understood.</summary>
    FormatError = 1,

    /// <summary>SERVFAIL: no answer could be had.</summary>
    ServerFailure = 2,

    /// <summary>NXDOMAIN: no such name.</summary>
    NameError = 3,

    /// <summary>NOTIMP: this kind of query is not supported.</summary>
    NotImplemented = 4,

    /// <summary>REFUSED.</summary>
    Refused = 5,

    /// <summary>BADVERS: an EDNS version that is not supported.</summary>
    BadVersion = 16,
}

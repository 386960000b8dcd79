namespace EbpfFirewall.Dns.Proxy;

/// <summary>What becomes of an upstream answer.</summary>
internal enum AnswerKind : byte
{
    /// <summary>Unusable: another upstream, or SERVFAIL.</summary>
    Malformed = 0,

    /// <summary>To be asked again over TCP.</summary>
    Truncated,

    /// <summary>To be asked again without OPT.</summary>
    WithoutEdns,

    /// <summary>Withheld: a name on the way or an address is denied.</summary>
    Denied,

    /// <summary>Withheld: an address could not be opened.</summary>
    GrantFailed,

    /// <summary>Nothing is left of it: NODATA.</summary>
    Filtered,

    /// <summary>The reply is written.</summary>
    Reply,
}

namespace EbpfFirewall.Dns.Proxy;

/// <summary>What happens with a question. Zero denies.</summary>
internal enum QueryVerdictKind : byte
{
    /// <summary>The name is denied.</summary>
    DenyName = 0,

    /// <summary>The name is denied, and must go on to exist for the sake of names below it: NODATA.</summary>
    DenyNameKeepTree,

    /// <summary>The type is denied: NODATA.</summary>
    DenyType,

    /// <summary>It is looked up.</summary>
    Forward,

    /// <summary>It is answered with this host's loopback addresses.</summary>
    Localhost,
}

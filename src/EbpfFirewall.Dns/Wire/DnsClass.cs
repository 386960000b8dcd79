namespace EbpfFirewall.Dns.Wire;

/// <summary>Record classes (IANA numbers).</summary>
public enum DnsClass : ushort
{
    /// <summary>Internet, the only one that matters.</summary>
    In = 1,

    /// <summary>Chaos; servers answer <c>version.bind</c> in it.</summary>
    Chaos = 3,

    /// <summary>RFC 2136.</summary>
    None = 254,

    /// <summary>Any class (questions only).</summary>
    Any = 255,
}

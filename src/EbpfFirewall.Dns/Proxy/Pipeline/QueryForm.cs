namespace EbpfFirewall.Dns.Proxy;

/// <summary>What a client's message turned out to be.</summary>
internal enum QueryForm : byte
{
    /// <summary>Too short for a header, or a response: dropped, since an answer to it could start a loop.</summary>
    NotAQuery = 0,

    /// <summary>FORMERR.</summary>
    Malformed,

    /// <summary>NOTIMP.</summary>
    UnknownOpcode,

    /// <summary>BADVERS.</summary>
    UnknownEdnsVersion,

    /// <summary>REFUSED.</summary>
    ForeignClass,

    /// <summary>One question of class IN.</summary>
    Question,
}

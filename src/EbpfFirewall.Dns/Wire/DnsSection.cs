namespace EbpfFirewall.Dns.Wire;

/// <summary>The part of a message that a record stands in.</summary>
public enum DnsSection : byte
{
    /// <summary>Answers.</summary>
    Answer = 0,

    /// <summary>Authority: the SOA of a negative answer, proofs.</summary>
    Authority = 1,

    /// <summary>Additional data; the OPT pseudo-record.</summary>
    Additional = 2,
}

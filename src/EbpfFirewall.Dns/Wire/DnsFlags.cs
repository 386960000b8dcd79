namespace EbpfFirewall.Dns.Wire;

/// <summary>The second word of a header; opcode and response code share it with the flags (RFC 1035, RFC 4035).</summary>
[Flags]
public enum DnsFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>QR: a response.</summary>
    Response = 0x8000,

    /// <summary>AA.</summary>
    AuthoritativeAnswer = 0x0400,

    /// <summary>TC: does not fit, ask over TCP.</summary>
    Truncated = 0x0200,

    /// <summary>RD.</summary>
    RecursionDesired = 0x0100,

    /// <summary>RA.</summary>
    RecursionAvailable = 0x0080,

    /// <summary>AD: validated by the server; in a query: the client understands the bit (RFC 6840 section 5.7).</summary>
    AuthenticData = 0x0020,

    /// <summary>CD: do not validate.</summary>
    CheckingDisabled = 0x0010,
}

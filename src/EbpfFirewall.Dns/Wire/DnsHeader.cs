namespace EbpfFirewall.Dns.Wire;

/// <summary>The twelve octets in front of every message.</summary>
/// <param name="Id">Transaction id.</param>
/// <param name="Flags">The second word, opcode and response code included.</param>
/// <param name="QuestionCount">Questions that follow.</param>
/// <param name="AnswerCount">Records of the answer section.</param>
/// <param name="AuthorityCount">Records of the authority section.</param>
/// <param name="AdditionalCount">Records of the additional section, OPT included.</param>
public readonly record struct DnsHeader(
    ushort Id,
    DnsFlags Flags,
    ushort QuestionCount,
    ushort AnswerCount,
    ushort AuthorityCount,
    ushort AdditionalCount)
{
    /// <summary>Octets of a header.</summary>
    public const int Size = 12;

    /// <summary>True for a response.</summary>
    public bool IsResponse => (Flags & DnsFlags.Response) != 0;

    /// <summary>0 is QUERY.</summary>
    public int Opcode => ((int)Flags >> 11) & 0xF;

    /// <summary>The four bits of the header; the upper ones stand in OPT.</summary>
    public DnsResponseCode ResponseCode => (DnsResponseCode)((int)Flags & 0xF);
}

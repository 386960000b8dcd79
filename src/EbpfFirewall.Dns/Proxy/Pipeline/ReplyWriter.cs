using System.Text;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>The replies that come from us and not from an upstream.</summary>
internal static class ReplyWriter
{
    /// <summary>Room for each of them: question, SOA, OPT with a short text.</summary>
    internal const int MaxSize = 768;

    /// <summary>How long a client may keep a denial: short, since a rule can change.</summary>
    internal const uint DenialTtl = 10;

    private const uint LocalhostTtl = 3600;
    private const int ExtendedErrorOption = 15;
    private const int MaxTextLength = 64;

    private static ReadOnlySpan<byte> SoaServer => "\u000debpf-firewall\u0007invalid\0"u8;

    /// <summary>serial 1, refresh 1 h, retry 10 min, expire 1 d, negative TTL as <see cref="DenialTtl"/>.</summary>
    private static ReadOnlySpan<byte> SoaNumbers => [0, 0, 0, 1, 0, 0, 0x0E, 0x10, 0, 0, 0x02, 0x58, 0, 1, 0x51, 0x80, 0, 0, 0, (byte)DenialTtl];

    /// <summary>The second word of every reply: what the client set and gets back, RA, and its opcode.</summary>
    internal static DnsFlags FlagsFor(Query query) =>
        DnsFlags.Response
        | DnsFlags.RecursionAvailable
        | (query.Flags & (DnsFlags.RecursionDesired | DnsFlags.CheckingDisabled))
        | (DnsFlags)((int)query.Flags & 0x7800);

    /// <summary>A response code, and the question as far as it was understood.</summary>
    internal static int WriteError(Span<byte> buffer, Query query, DnsResponseCode code, DnsExtendedError? error = null, string text = "")
    {
        DnsWriter writer = new(buffer, query.Id, FlagsFor(query));
        WriteQuestion(ref writer, query);
        WriteOpt(ref writer, query, code, error, text);
        return writer.Complete(code);
    }

    /// <summary>A denial: NXDOMAIN or NODATA with an SOA, so that clients keep it for a moment and go on with their search lists.</summary>
    internal static int WriteDenial(Span<byte> buffer, Query query, DnsResponseCode code, DnsExtendedError error, string text)
    {
        DnsWriter writer = new(buffer, query.Id, FlagsFor(query));
        WriteQuestion(ref writer, query);

        // The SOA stands at the parent: an ancestor of the name as RFC 2308 has it, and never the name that does not exist.
        ReadOnlySpan<byte> name = query.Name;
        _ = DnsName.TryCreate(name[0] == 0 ? name : name[(name[0] + 1)..], out DnsName zone);
        Span<byte> data = stackalloc byte[(2 * SoaServer.Length) + SoaNumbers.Length];
        SoaServer.CopyTo(data);
        SoaServer.CopyTo(data[SoaServer.Length..]);
        SoaNumbers.CopyTo(data[(2 * SoaServer.Length)..]);
        _ = writer.TryWriteRecord(DnsSection.Authority, zone, DnsType.Soa, DnsClass.In, DenialTtl, data);
        WriteOpt(ref writer, query, code, error, text);
        return writer.Complete(code);
    }

    /// <summary>This host's loopback address for A and AAAA, nothing for other types (RFC 6761 section 6.3).</summary>
    internal static int WriteLocalhost(Span<byte> buffer, Query query)
    {
        DnsWriter writer = new(buffer, query.Id, FlagsFor(query));
        WriteQuestion(ref writer, query);
        if (query.Type == DnsType.A)
        {
            _ = writer.TryWriteRecord(DnsSection.Answer, query.WireName, DnsType.A, DnsClass.In, LocalhostTtl, [127, 0, 0, 1]);
        }
        else if (query.Type == DnsType.Aaaa)
        {
            ReadOnlySpan<byte> loopback = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
            _ = writer.TryWriteRecord(DnsSection.Answer, query.WireName, DnsType.Aaaa, DnsClass.In, LocalhostTtl, loopback);
        }

        WriteOpt(ref writer, query, DnsResponseCode.NoError, null, "");
        return writer.Complete();
    }

    /// <summary>Our OPT record, when the client sent one; the extended error goes into it and nowhere else (RFC 8914).</summary>
    internal static void WriteOpt(ref DnsWriter writer, Query query, DnsResponseCode code, DnsExtendedError? error, string text)
    {
        if (!query.HasEdns)
        {
            return;
        }

        Span<byte> options = stackalloc byte[6 + MaxTextLength];
        int length = 0;
        if (error is { } value)
        {
            int textLength = Encoding.ASCII.GetBytes(text.AsSpan(0, Math.Min(text.Length, MaxTextLength)), options[6..]);
            options[0] = 0;
            options[1] = ExtendedErrorOption;
            options[2] = 0;
            options[3] = (byte)(2 + textLength);
            options[4] = (byte)((int)value >> 8);
            options[5] = (byte)value;
            length = 6 + textLength;
        }

        DnsEdns edns = new(UpstreamMessage.UdpPayloadSize, (byte)((int)code >> 4), 0, query.Edns.DnssecOk);
        _ = writer.TryWriteOpt(edns, options[..length]);
    }

    /// <summary>Octets that <see cref="WriteOpt"/> needs without an extended error.</summary>
    internal static int OptSize(Query query) => query.HasEdns ? DnsEdns.Size : 0;

    private static void WriteQuestion(ref DnsWriter writer, Query query)
    {
        if (query.Name.Length > 0)
        {
            _ = writer.TryWriteQuestion(query.WireName, query.Type, query.Class);
        }
    }
}

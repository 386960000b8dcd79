using System.Buffers.Binary;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>The queries that go upstream, and what counts as an answer to one.</summary>
internal static class UpstreamMessage
{
    /// <summary>Header, name, type, class, OPT.</summary>
    internal const int MaxQuerySize = DnsHeader.Size + NameCodec.MaxLength + 4 + DnsEdns.Size;

    /// <summary>What fits into one packet everywhere (DNS flag day 2020).</summary>
    internal const ushort UdpPayloadSize = 1232;

    private const DnsFlags CarriedOver = DnsFlags.RecursionDesired | DnsFlags.AuthenticData | DnsFlags.CheckingDisabled;

    /// <summary>
    /// Builds a query anew: the question in the client's case, RD, AD, CD and DO, and nothing else of what the client sent.
    /// The id is written when the query gets its place.
    /// </summary>
    internal static int Write(Span<byte> buffer, Query query)
    {
        DnsWriter writer = new(buffer, 0, query.Flags & CarriedOver);
        _ = writer.TryWriteQuestion(query.WireName, query.Type, query.Class);
        if (query.SentEdns)
        {
            _ = writer.TryWriteOpt(new DnsEdns(UdpPayloadSize, 0, 0, query.WantsDnssec), default);
        }

        return writer.Complete();
    }

    internal static void WriteId(Span<byte> message, ushort id) => BinaryPrimitives.WriteUInt16BigEndian(message, id);

    /// <summary>True for a response to exactly this question, or for a refusal of our OPT record by a server that repeats nothing.</summary>
    internal static bool IsAnswerTo(Query query, ReadOnlySpan<byte> message)
    {
        DnsReader reader = new(message);
        DnsHeader header = reader.Header;
        if (reader.Status != DnsStatus.Ok || !header.IsResponse || header.Opcode != 0 || header.Id != query.UpstreamId)
        {
            return false;
        }

        if (header.QuestionCount == 0)
        {
            return query.SentEdns && IsEdnsRefusal(header.ResponseCode);
        }

        return header.QuestionCount == 1
            && reader.TryReadQuestion(out DnsQuestion question)
            && question.Type == query.Type
            && question.Class == query.Class
            && question.Name.EqualTo(query.Name);
    }

    internal static bool IsEdnsRefusal(DnsResponseCode code) => code is DnsResponseCode.FormatError or DnsResponseCode.NotImplemented;
}

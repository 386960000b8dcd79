using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Builds the client's reply from an upstream answer that has passed every check.</summary>
internal static class AnswerWriter
{
    /// <summary>The most that a UDP client gets, however much it says it takes.</summary>
    internal const int MaxUdpSize = 4096;

    private const int MinUdpSize = 512;

    /// <summary>Octets that the client's transport takes.</summary>
    internal static int LimitFor(Query query, bool isUdp) =>
        !isUdp ? ushort.MaxValue : query.HasEdns ? Math.Clamp((int)query.Edns.UdpPayloadSize, MinUdpSize, MaxUdpSize) : MinUdpSize;

    /// <summary>
    /// Writes question, the records that the chain owns, the authority records that a negative answer or a validating
    /// client needs, and our own OPT. Foreign and additional records stay behind.
    /// </summary>
    /// <returns>Length of the reply; 0 when it does not fit and the transport cannot say so.</returns>
    internal static int Write(
        Span<byte> buffer, Query query, ReadOnlySpan<byte> message, scoped in AnswerChain chain, scoped in AnswerContent content, AnswerTerms terms)
    {
        DnsReader reader = new(message);
        DnsFlags flags = ReplyWriter.FlagsFor(query);
        bool understandsAd = query.WantsDnssec || (query.Flags & DnsFlags.AuthenticData) != 0;
        if (understandsAd && !content.IsRewritten)
        {
            flags |= reader.Header.Flags & DnsFlags.AuthenticData;
        }

        bool isUdp = query.Sink.Protocol == Policies.TransportProtocols.Udp;
        int limit = LimitFor(query, isUdp);
        DnsWriter writer = new(buffer, query.Id, flags);
        writer.Limit = limit - ReplyWriter.OptSize(query);
        _ = writer.TryWriteQuestion(query.WireName, query.Type, query.Class);
        if (!TryWriteRecords(ref writer, ref reader, query, chain, content, terms))
        {
            if (!isUdp)
            {
                return 0;
            }

            writer.Truncate();
        }

        writer.Limit = limit;
        ReplyWriter.WriteOpt(ref writer, query, terms.Code, null, "");
        return writer.Complete(terms.Code);
    }

    private static bool TryWriteRecords(
        ref DnsWriter writer, ref DnsReader reader, Query query, scoped in AnswerChain chain, scoped in AnswerContent content, AnswerTerms terms)
    {
        Span<byte> binding = stackalloc byte[AnswerContent.MaxBindingSize];
        while (reader.TryReadRecord(out DnsRecord record) && record.Section != DnsSection.Additional)
        {
            uint ttl = Math.Min(record.TimeToLive, terms.MaxTtl);
            if (record.Section == DnsSection.Authority)
            {
                if (IsNeeded(record, query) && !writer.TryWriteRecord(record, ttl))
                {
                    return false;
                }

                continue;
            }

            if (!chain.Owns(record, query.Type) || (content.IsRewritten && QueryTypes.IsServiceBinding(record.CoveredType)))
            {
                continue;
            }

            if (terms.StripsBindings && QueryTypes.IsServiceBinding(record.Type))
            {
                if (AnswerContent.TryFilter(record, terms.Options, binding, out int length)
                    && !writer.TryWriteRecord(record.Section, record.Owner, record.Type, record.Class, ttl, binding[..length]))
                {
                    return false;
                }

                continue;
            }

            if (!writer.TryWriteRecord(record, ttl))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNeeded(scoped in DnsRecord record, Query query) =>
        record.Class == DnsClass.In
        && (record.Type == DnsType.Soa
            || (query.WantsDnssec && record.Type is DnsType.Nsec or DnsType.Nsec3 or DnsType.Ds or DnsType.Rrsig));
}

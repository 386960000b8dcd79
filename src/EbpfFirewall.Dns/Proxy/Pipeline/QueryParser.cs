using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Reads a client's message.</summary>
internal static class QueryParser
{
    /// <summary>Fills <paramref name="query"/> as far as the message can be understood.</summary>
    internal static QueryForm Parse(ReadOnlySpan<byte> message, Query query)
    {
        DnsReader reader = new(message);
        if (reader.Status != DnsStatus.Ok || reader.Header.IsResponse)
        {
            return QueryForm.NotAQuery;
        }

        query.Id = reader.Header.Id;
        query.Flags = reader.Header.Flags;
        if (reader.Header.Opcode != 0)
        {
            return QueryForm.UnknownOpcode;
        }

        // RFC 9619: a second question could name what the first one hides from the policy.
        if (reader.Header.QuestionCount != 1 || !reader.TryReadQuestion(out DnsQuestion question))
        {
            return QueryForm.Malformed;
        }

        query.SetName(question.Name);
        query.Type = question.Type;
        query.Class = question.Class;
        while (reader.TryReadRecord(out DnsRecord record))
        {
            if (record.Type != DnsType.Opt)
            {
                continue;
            }

            // RFC 6891 section 6.1.1: one OPT at most, of the root, among the additional records.
            if (query.HasEdns || !DnsEdns.TryRead(record, out DnsEdns edns))
            {
                return QueryForm.Malformed;
            }

            query.HasEdns = true;
            query.Edns = edns;
        }

        if (reader.Status != DnsStatus.End)
        {
            return QueryForm.Malformed;
        }

        if (query.HasEdns && query.Edns.Version != 0)
        {
            return QueryForm.UnknownEdnsVersion;
        }

        return question.Class == DnsClass.In ? QueryForm.Question : QueryForm.ForeignClass;
    }
}

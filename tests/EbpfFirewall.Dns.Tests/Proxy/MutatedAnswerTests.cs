using System.Net;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Tests.Proxy;

/// <summary>Whatever an upstream sends and whatever a client sends, nothing throws, and what leaves is well formed.</summary>
public sealed class MutatedAnswerTests
{
    [Fact]
    public void Mutated_answers_are_judged_without_a_fault()
    {
        Random random = new(99);
        FakeHost host = new();
        ProxyCounters counters = new();
        DnsProxyOptions options = new();
        AnswerJudge judge = new(host, new DerivedNames(64, counters), options, new ProxyClock(options.TimeProvider), counters);
        CompiledNamePolicy policy = new(ProxyUnderTest.Policy(p => p.Allow("example.test")));
        byte[][] corpus = [.. Corpus.Messages().Skip(2)];
        byte[] scratch = new byte[65535];
        Dictionary<AnswerKind, int> seen = [];
        for (int round = 0; round < 30_000; round++)
        {
            byte[] answer = Corpus.Mutate(corpus[random.Next(corpus.Length)], random);
            bool isTcp = random.Next(2) == 0;
            Query query = QueryFor(answer, isTcp, policy);

            AnswerResult result = judge.Judge(query, answer, scratch, isTcp);

            seen[result.Kind] = seen.GetValueOrDefault(result.Kind) + 1;
            if (result.Kind == AnswerKind.Reply)
            {
                Wire.HostileTests.ReadEverything(scratch.AsSpan(0, result.Length)).Should().Be(DnsStatus.End, Convert.ToHexStringLower(answer));
                result.Length.Should().BeLessThanOrEqualTo(isTcp ? 65535 : 512);
                Reply reply = new(scratch[..result.Length]);
                reply.Addresses.Select(Normalised).Should().BeSubsetOf(result.Addresses, "no address leaves that was not granted");
            }
        }

        counters.Faults.Should().Be(0);
        seen.Keys.Should().Contain([AnswerKind.Reply, AnswerKind.Malformed, AnswerKind.Truncated]);
    }

    [Fact]
    public void Mutated_queries_are_parsed_without_a_fault()
    {
        Random random = new(100);
        byte[][] corpus = Corpus.Messages();
        byte[] buffer = new byte[ReplyWriter.MaxSize];
        HashSet<QueryForm> seen = [];
        for (int round = 0; round < 30_000; round++)
        {
            Query query = new();

            QueryForm form = QueryParser.Parse(Corpus.Mutate(corpus[random.Next(corpus.Length)], random), query);
            int denial = query.Name.Length == 0 ? 0 : ReplyWriter.WriteDenial(buffer, query, DnsResponseCode.NameError, DnsExtendedError.Blocked, "x");
            DnsStatus denialStatus = new DnsReader(buffer.AsSpan(0, denial)).ReadToEnd();
            int error = ReplyWriter.WriteError(buffer, query, DnsResponseCode.FormatError);

            seen.Add(form);
            denialStatus.Should().Be(denial == 0 ? DnsStatus.Truncated : DnsStatus.End);
            new DnsReader(buffer.AsSpan(0, error)).ReadToEnd().Should().Be(DnsStatus.End);
        }

        seen.Should().HaveCount(6);
    }

    private static IPAddress Normalised(string text)
    {
        IPAddress address = IPAddress.Parse(text);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static Query QueryFor(byte[] answer, bool isTcp, INamePolicy policy)
    {
        // The question is the answer's own where it has one: the channel has checked that before.
        Query query = new()
        {
            Sink = new NoSink(isTcp ? TransportProtocols.Tcp : TransportProtocols.Udp),
            Policy = policy,
            Type = DnsType.A,
            Class = DnsClass.In,
            SentEdns = true,
            Verdict = new QueryVerdict(QueryVerdictKind.Forward, Decisions.DecisionReason.NameAllowed, 0, default),
        };
        DnsReader reader = new(answer);
        if (!reader.TryReadQuestion(out DnsQuestion question))
        {
            _ = DnsName.TryCreate(Msg.Name("www.example.test"), out DnsName name);
            query.SetName(name);
            return query;
        }

        query.SetName(question.Name);
        query.Type = question.Type;
        return query;
    }
}

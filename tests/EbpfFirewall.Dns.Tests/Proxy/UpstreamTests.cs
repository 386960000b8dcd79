using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class UpstreamTests
{
    [Fact]
    public async Task A_query_is_built_anew()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));
        byte[] query =
        [
            .. Msg.U16(0xBEEF), .. Msg.U16(0x0130), .. Msg.U16(1), .. Msg.U16(1), .. Msg.U16(1), .. Msg.U16(2),
            .. Msg.Name("Example.test"), .. Msg.U16(1), .. Msg.U16(1),
            .. Msg.Record("smuggled.test", DnsType.Txt, [3, 1, 2, 3]),
            .. Msg.Record("smuggled.test", DnsType.Txt, [3, 4, 5, 6]),
            .. Msg.Opt(4096, dnssecOk: true, options: [.. Msg.Option(65001, 1, 2, 3, 4), .. Msg.Option(8, 0, 1, 24, 0, 192, 0, 2), .. Msg.Option(10, 1, 2, 3, 4, 5, 6, 7, 8)]),
            .. Msg.Record("smuggled.test", DnsType.Txt, [3, 7, 8, 9]),
        ];

        Reply reply = await test.AskAsync(query);

        reply.Header.Id.Should().Be(0xBEEF);
        byte[] sent = test.Upstream.Queries.Should().ContainSingle().Which.Message;
        sent[2..].Should().Equal(Msg.Query("Example.test", DnsType.A, flags: 0x0130, opt: Msg.Opt(1232, dnssecOk: true))[2..]);
    }

    [Fact]
    public async Task Ids_and_ports_vary()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));

        for (int i = 0; i < 64; i++)
        {
            await test.AskAsync("example.test");
        }

        test.Upstream.Queries.Select(q => (q.Message[0] << 8) | q.Message[1]).Distinct().Should().HaveCountGreaterThan(60);
        test.Upstream.Queries.Select(q => q.Client.Port).Distinct().Should().HaveCountGreaterThan(8).And.HaveCountLessThanOrEqualTo(16);
    }

    public static TheoryData<string> Forgeries => ["id", "name", "type", "class", "query", "opcode", "two questions", "no question", "garbage", "empty"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_does_not_answer_the_question_is_ignored(string kind)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [Forge(kind, q), q.Reply(Msg.A(q.Name, "192.0.2.1"))]);

        Reply reply = await test.AskAsync("example.test");

        reply.Addresses.Should().Equal("192.0.2.1");
        test.Host.Grants.Should().ContainSingle().Which.Address.ToString().Should().Be("192.0.2.1");
        test.Proxy.Counters.UpstreamIgnored.Should().Be(1);
    }

    [Fact]
    public async Task An_answer_from_elsewhere_is_not_heard()
    {
        using Socket spoofer = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        spoofer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q =>
            {
                // The right id, question and port, from another address: the socket is connected to its upstream.
                spoofer.SendTo(q.Reply(Msg.A(q.Name, "203.0.113.66")), q.Client);
                return [q.Reply(Msg.A(q.Name, "192.0.2.1"))];
            });

        Reply reply = await test.AskAsync("example.test");

        reply.Addresses.Should().Equal("192.0.2.1");
        test.Host.Grants.Should().ContainSingle();
    }

    [Fact]
    public async Task A_truncated_answer_is_asked_for_again_over_TCP()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => [q.IsTcp ? Many(q, 40) : Msg.Response(q.Message, [Msg.A(q.Name, "203.0.113.1")], extraFlags: 0x0200)]);

        Reply reply = await test.AskAsync(Msg.Query("example.test", DnsType.A, opt: Msg.Opt(4096)));

        reply.IsTruncated.Should().BeFalse();
        reply.Addresses.Should().HaveCount(40).And.NotContain("203.0.113.1");
        test.Upstream.Queries.Select(q => q.IsTcp).Should().Equal(false, true);
        test.Proxy.Counters.UpstreamTcp.Should().Be(1);
    }

    [Fact]
    public async Task Over_TCP_too_only_the_answer_to_the_question_counts()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => q.IsTcp
                ? [Forge("name", q), Forge("id", q), q.Reply(Msg.A(q.Name, "192.0.2.1"))]
                : [Msg.Response(q.Message, extraFlags: 0x0200)]);

        Reply reply = await test.AskAsync("example.test");

        reply.Addresses.Should().Equal("192.0.2.1");
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(4, true)]
    [InlineData(1, false)]
    public async Task A_server_that_refuses_OPT_is_asked_without_it_from_then_on(int code, bool repeatsQuestion)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => q.Message[11] == 0
                ? [q.Reply(Msg.A(q.Name, "192.0.2.1"))]
                : [repeatsQuestion ? Msg.Response(q.Message, code: code) : [.. q.Message[..2], 0x80, (byte)code, 0, 0, 0, 0, 0, 0, 0, 0]]);

        Reply first = await test.AskAsync("example.test");
        Reply second = await test.AskAsync("example.test");

        first.Addresses.Should().Equal("192.0.2.1");
        second.Addresses.Should().Equal("192.0.2.1");
        test.Upstream.Queries.Select(q => q.Message[11]).Should().Equal(1, 0, 0);
    }

    [Fact]
    public async Task A_FORMERR_of_a_server_that_knows_EDNS_is_an_answer()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [Msg.Response(q.Message, additionals: [Msg.Opt()], code: 1)]);

        Reply reply = await test.AskAsync("example.test");

        reply.Code.Should().Be(1);
        test.Upstream.Queries.Should().ContainSingle();
    }

    public static TheoryData<string> Malformations => ["trailing", "count", "loop", "short address", "long rdata"];

    [Theory]
    [MemberData(nameof(Malformations))]
    public async Task A_malformed_answer_is_never_passed_on(string kind)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"), q => [Malform(kind, q)]);

        Reply reply = await test.AskAsync("example.test");
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(2);
        test.Host.Grants.Should().BeEmpty();
        decision.Reason.Should().Be(DecisionReason.UpstreamMalformed);
        test.Proxy.Counters.UpstreamMalformed.Should().Be(1);
    }

    private static byte[] Many(UpstreamQuery query, int count) =>
        query.Reply([.. Enumerable.Range(1, count).Select(i => Msg.A(query.Name, $"192.0.2.{i}"))]);

    private static byte[] Forge(string kind, UpstreamQuery query)
    {
        byte[] message = query.Reply(Msg.A(query.Name, "203.0.113.66"));
        switch (kind)
        {
            case "id":
                message[0] ^= 0x80;
                return message;
            case "name":
                message[13] = (byte)'x';
                return message;
            case "type":
                message[12 + 14 + 1] = 28;
                return message;
            case "class":
                message[12 + 14 + 3] = 3;
                return message;
            case "query":
                message[2] &= 0x7F;
                return message;
            case "opcode":
                message[2] |= 0x10;
                return message;
            case "two questions":
                message[5] = 2;
                return message;
            case "no question":
                return [.. message[..4], 0, 0, 0, 0, 0, 0, 0, 0];
            case "garbage":
                return [.. message[..2], 1, 2, 3];
            default:
                return [];
        }
    }

    private static byte[] Malform(string kind, UpstreamQuery query)
    {
        byte[] message = query.Reply(Msg.A(query.Name, "192.0.2.1"));
        switch (kind)
        {
            case "trailing":
                return [.. message, 0];
            case "count":
                message[7] = 2;
                return message;
            case "loop":
                byte[] looping = [.. query.Reply(), 0xC0, (byte)query.Reply().Length, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4];
                looping[7] = 1;
                return looping;
            case "short address":
                return query.Reply(Msg.Record(query.Name, DnsType.A, [1, 2, 3]));
            default:
                message[^5] = 5;
                return message;
        }
    }
}

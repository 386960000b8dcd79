using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class QueryFormTests
{
    public static TheoryData<string, byte[], int> Refusals
    {
        get
        {
            byte[] plain = Msg.Query("example.test", DnsType.A);
            byte[] two = [.. Msg.U16(1), .. Msg.U16(0x100), .. Msg.U16(2), .. new byte[6], .. plain[12..], .. plain[12..]];
            byte[] none = [.. plain[..4], .. new byte[8]];
            byte[] twoOpts = [.. Msg.Query("example.test", DnsType.A, opt: Msg.Opt()), .. Msg.Opt()];
            twoOpts[11] = 2;
            byte[] ownedOpt = [.. plain, 1, (byte)'x', .. Msg.Opt()];
            ownedOpt[11] = 1;
            return new TheoryData<string, byte[], int>
            {
                { "two questions", two, 1 },
                { "no question", none, 1 },
                { "trailing octets", [.. plain, 0], 1 },
                { "half a question", plain[..^3], 1 },
                { "a count that lies", Msg.Query("example.test", DnsType.A, opt: [])[..], 1 },
                { "two OPT records", twoOpts, 1 },
                { "an OPT record with an owner", ownedOpt, 1 },
                { "another opcode", Msg.Query("example.test", DnsType.A, flags: 0x2100), 4 },
                { "another class", Msg.Query("example.test", DnsType.Txt, @class: 3), 5 },
                { "any class", Msg.Query("example.test", DnsType.A, @class: 255), 5 },
                { "another EDNS version", Msg.Query("example.test", DnsType.A, opt: Msg.Opt(version: 1)), 16 },
                { "a pointer to itself", [.. plain[..12], 0xC0, 12, 0, 1, 0, 1], 1 },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_not_one_plain_question_is_refused(string what, byte[] message, int code)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));

        Reply reply = await test.AskAsync(message);
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(code, what);
        reply.Header.IsResponse.Should().BeTrue();
        reply.Header.Id.Should().Be((ushort)((message[0] << 8) | message[1]));
        decision.Reason.Should().Be(DecisionReason.MalformedQuery);
        test.Upstream.Queries.Should().BeEmpty();
        test.Proxy.Counters.Malformed.Should().Be(1);
    }

    public static TheoryData<string, byte[]> Drops => new()
    {
        { "a response", Msg.Query("example.test", DnsType.A, flags: 0x8100) },
        { "nothing", [] },
        { "half a header", new byte[11] },
        { "more than any query", new byte[5000] },
    };

    [Theory]
    [MemberData(nameof(Drops))]
    public async Task What_is_no_query_is_dropped(string what, byte[] message)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));

        bool answered = await test.IsAnsweredAsync(message);

        answered.Should().BeFalse(what);
        test.Proxy.Counters.Malformed.Should().Be(1);
    }

    [Theory]
    [InlineData(null, 28, false)] // 12 + 18 + 28 * 16 = 478
    [InlineData(null, 31, true)] // 526 > 512
    [InlineData((ushort)512, 29, false)] // 505 with OPT
    [InlineData((ushort)512, 30, true)]
    [InlineData((ushort)100, 29, false)] // less than 512 counts as 512
    [InlineData((ushort)1232, 70, false)]
    [InlineData((ushort)1232, 80, true)]
    [InlineData((ushort)65535, 200, false)]
    [InlineData((ushort)65535, 260, true)] // never more than 4,096
    public async Task A_reply_is_no_longer_than_the_client_takes(ushort? size, int records, bool truncated)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => [q.IsTcp ? q.Reply([.. Enumerable.Range(0, records).Select(i => Msg.A(q.Name, $"192.0.2.{i % 250}"))]) : Msg.Response(q.Message, extraFlags: 0x200)]);

        byte[] query = Msg.Query("example.test", DnsType.A, opt: size is { } s ? Msg.Opt(s) : null);
        Reply udp = await test.AskAsync(query);
        Reply tcp = await test.AskOverTcpAsync(query);

        udp.IsTruncated.Should().Be(truncated);
        udp.Answers.Should().HaveCount(truncated ? 0 : records);
        (udp.Edns is not null).Should().Be(size is not null);
        udp.Message.Length.Should().BeLessThanOrEqualTo(size is { } max ? Math.Clamp((int)max, 512, 4096) : 512);
        tcp.IsTruncated.Should().BeFalse();
        tcp.Answers.Should().HaveCount(records);
    }
}

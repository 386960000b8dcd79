using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class PassThroughTests
{
    [Fact]
    public async Task NXDOMAIN_passes_with_its_SOA()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [Msg.Response(q.Message, authorities: [Msg.Soa("example.test", 77)], code: 3)]);

        Reply reply = await test.AskAsync("no.example.test");
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(3);
        reply.Authorities.Should().ContainSingle().Which.Should().Match<ReplyRecord>(r => r.Type == DnsType.Soa && r.Owner == "example.test" && r.Name == "ns.example.test");
        decision.Should().BeEquivalentTo(new { Verdict = Verdict.Allow, Reason = DecisionReason.NameAllowed, ResponseCode = 3 });
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public async Task The_upstreams_response_code_is_kept(int code)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"), q => [Msg.Response(q.Message, code: code)]);

        Reply reply = await test.AskAsync("example.test");

        reply.Code.Should().Be(code);
    }

    [Fact]
    public async Task NODATA_passes_with_its_SOA()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [Msg.Response(q.Message, authorities: [Msg.Soa("example.test")])]);

        Reply reply = await test.AskAsync("example.test", DnsType.Aaaa);

        reply.Code.Should().Be(0);
        reply.Answers.Should().BeEmpty();
        reply.Authorities.Should().ContainSingle(r => r.Type == DnsType.Soa);
    }

    [Fact]
    public async Task Names_inside_records_survive_recompression()
    {
        byte[] mx = Msg.Record("example.test", DnsType.Mx, [0, 10, .. Msg.Name("Mail.Example.test")]);
        byte[] srv = Msg.Record("example.test", DnsType.Srv, [0, 1, 0, 2, 1, 187, .. Msg.Name("srv.example.test")]);
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [q.Reply(q.Type == DnsType.Mx ? mx : srv)]);

        Reply mail = await test.AskAsync("example.test", DnsType.Mx);
        Reply service = await test.AskAsync("example.test", DnsType.Srv);

        mail.Answers.Should().ContainSingle().Which.Name.Should().Be("mail.example.test");
        mail.Message.Length.Should().BeLessThan(12 + 18 + 30, "the exchanger's end is compressed");
        service.Answers.Should().ContainSingle().Which.Data.Should().Equal([0, 1, 0, 2, 1, 187, .. Msg.Name("srv.example.test")], "SRV targets are never compressed");
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    public async Task AD_is_passed_to_those_who_understand_it(bool dnssecOk, bool adInQuery, bool expected)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [Msg.Response(q.Message, [Msg.A(q.Name, "192.0.2.1")], extraFlags: 0x20)]);

        Reply reply = await test.AskAsync(
            Msg.Query("example.test", DnsType.A, flags: (ushort)(adInQuery ? 0x0120 : 0x0100), opt: Msg.Opt(dnssecOk: dnssecOk)));

        ((reply.Header.Flags & DnsFlags.AuthenticData) != 0).Should().Be(expected);
    }

    [Fact]
    public async Task Signatures_pass_with_what_they_sign()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => [q.Reply(Msg.A(q.Name, "192.0.2.1"), Msg.Rrsig(q.Name, DnsType.A), Msg.Rrsig(q.Name, DnsType.Mx), Msg.Rrsig("bank.test", DnsType.A))]);

        Reply reply = await test.AskAsync(Msg.Query("example.test", DnsType.A, opt: Msg.Opt(dnssecOk: true)));

        reply.Answers.Select(r => r.Type).Should().Equal(DnsType.A, DnsType.Rrsig);
        reply.Edns!.Value.DnssecOk.Should().BeTrue();
    }

    [Fact]
    public async Task The_clients_spelling_comes_back()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q =>
            {
                byte[] reply = q.Reply(Msg.A("example.test", "192.0.2.1"));
                Msg.Name("EXAMPLE.test").CopyTo(reply, 12); // an upstream that does not keep the case
                return [reply];
            });

        Reply reply = await test.AskAsync("eXaMpLe.TeSt");

        reply.Questions.Should().ContainSingle().Which.Should().Equal(Msg.Name("eXaMpLe.TeSt"));
        reply.Addresses.Should().Equal("192.0.2.1");
        test.Upstream.Queries.Should().ContainSingle().Which.Message[12..26].Should().Equal(Msg.Name("eXaMpLe.TeSt"));
    }
}

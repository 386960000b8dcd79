using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class AliasTests
{
    private static readonly byte[][] Chain =
    [
        Msg.Cname("example.test", "a.cdn.test"),
        Msg.Cname("a.cdn.test", "b.cdn.test"),
        Msg.A("b.cdn.test", "192.0.2.1"),
    ];

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    public async Task A_chain_is_followed_whatever_the_order_of_its_records(int first, int second, int third)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [q.Reply(Chain[first], Chain[second], Chain[third])]);

        Reply reply = await test.AskAsync("example.test");

        reply.Answers.Should().HaveCount(3);
        test.Host.Grants.Should().ContainSingle().Which.Should().Match<Grant>(g => g.Name == "example.test" && g.Address.ToString() == "192.0.2.1");
    }

    [Fact]
    public async Task Targets_of_an_allowed_answer_may_be_asked_for_while_it_lives()
    {
        ShiftedTimeProvider time = new();
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test:443"),
            q => [q.Name == "example.test" ? q.Reply(Msg.Cname(q.Name, "Edge.CDN.test", 100)) : q.Reply(Msg.A(q.Name, "192.0.2.1"))],
            o => o with { TimeProvider = time });

        Reply before = await test.AskAsync("edge.cdn.test");
        Reply alias = await test.AskAsync("example.test");
        Reply target = await test.AskAsync("EDGE.cdn.test");
        Reply sibling = await test.AskAsync("cdn.test");
        Reply child = await test.AskAsync("x.edge.cdn.test");
        time.Advance(TimeSpan.FromSeconds(106));
        Reply after = await test.AskAsync("edge.cdn.test");

        before.Code.Should().Be(3);
        alias.Answers.Should().ContainSingle();
        target.Addresses.Should().Equal("192.0.2.1");
        sibling.Code.Should().Be(3);
        child.Code.Should().Be(3);
        after.Code.Should().Be(3);
        test.Host.Grants.Should().ContainSingle().Which.Class.Count.Should().Be(1, "a target has its parent's ports");
    }

    [Fact]
    public async Task Another_policy_forgets_learned_targets()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [q.Reply(q.Name == "cdn.test" ? Msg.A(q.Name, "192.0.2.1") : Msg.Cname(q.Name, "cdn.test"))]);

        await test.AskAsync("example.test");
        Reply known = await test.AskAsync("cdn.test");
        test.Proxy.UsePolicy(ProxyUnderTest.Policy(p => p.Allow("example.test")));
        Reply forgotten = await test.AskAsync("cdn.test");

        known.Code.Should().Be(0);
        forgotten.Code.Should().Be(3);
    }

    [Fact]
    public async Task Learned_targets_are_bounded()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => [q.Reply(q.Type == DnsType.A ? Msg.Cname(q.Name, q.Name.Split('.')[0] + ".cdn.test") : Msg.Aaaa(q.Name, "2001:db8::1"))],
            o => o with { MaxDerivedNames = 2 });

        await test.AskAsync("a.example.test");
        await test.AskAsync("b.example.test");
        await test.AskAsync("c.example.test");
        Reply second = await test.AskAsync("b.cdn.test", DnsType.Aaaa);
        Reply third = await test.AskAsync("c.cdn.test", DnsType.Aaaa);

        second.Code.Should().Be(0);
        third.Code.Should().Be(3);
        test.Proxy.Counters.DerivedDropped.Should().Be(1);
    }

    [Fact]
    public async Task A_deny_rule_for_a_name_on_the_way_wins()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Deny("tracker.test"), q => [q.Reply(Msg.Cname(q.Name, "x.tracker.test"), Msg.A("x.tracker.test", "192.0.2.1"))]);

        Reply reply = await test.AskAsync(Msg.Query("example.test", DnsType.A, opt: Msg.Opt()));
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(0);
        reply.Answers.Should().BeEmpty();
        reply.ExtendedError.Should().Be(15);
        test.Host.Grants.Should().BeEmpty();
        decision.Should().BeEquivalentTo(new { Verdict = Verdict.Deny, Reason = DecisionReason.NameDenied, RuleIndex = 0 });
    }

    [Fact]
    public async Task A_denied_port_of_a_name_on_the_way_is_granted_as_denied()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Deny("cdn.test:80"), q => [q.Reply(Msg.Cname(q.Name, "cdn.test"), Msg.A("cdn.test", "192.0.2.1"))]);

        await test.AskAsync("example.test");

        test.Host.Grants.Select(g => (g.Name, g.Class.Count)).Should().Equal(("example.test", 0), ("cdn.test", 1));
    }

    [Fact]
    public async Task A_loop_is_not_an_answer()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => [q.Reply(Msg.Cname("example.test", "a.test"), Msg.Cname("a.test", "Example.test"), Msg.A("example.test", "192.0.2.1"))]);

        Reply reply = await test.AskAsync("example.test");
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(2);
        test.Host.Grants.Should().BeEmpty();
        decision.Reason.Should().Be(DecisionReason.UpstreamMalformed);
    }

    [Theory]
    [InlineData(16, 0)]
    [InlineData(17, 2)]
    [InlineData(200, 2)]
    public async Task A_chain_has_a_bound(int links, int code)
    {
        byte[][] records =
        [
            .. Enumerable.Range(0, links).Select(i => Msg.Cname(i == 0 ? "example.test" : $"n{i}.test", $"n{i + 1}.test")),
            Msg.A($"n{links}.test", "192.0.2.1"),
        ];
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [Msg.Response(q.Message, [.. records.Reverse()], extraFlags: q.IsTcp ? 0 : 0x0200)]);

        Reply reply = await test.AskOverTcpAsync(Msg.Query("example.test", DnsType.A));

        reply.Code.Should().Be(code);
        test.Host.Grants.Should().HaveCount(code == 0 ? 1 : 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_DNAME_is_followed_with_and_without_its_CNAME(bool withCname)
    {
        byte[] dname = Msg.Record("example.test", DnsType.Dname, Msg.Name("other.test"));
        byte[] cname = Msg.Cname("www.example.test", "www.other.test");
        byte[] address = Msg.A("www.other.test", "192.0.2.1");
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [withCname ? q.Reply(dname, cname, address) : q.Reply(dname, address)]);

        Reply reply = await test.AskAsync("www.example.test");

        reply.Answers.Should().HaveCount(withCname ? 3 : 2);
        test.Host.Grants.Should().ContainSingle().Which.Address.ToString().Should().Be("192.0.2.1");
    }

    [Fact]
    public async Task A_second_alias_of_the_same_owner_leads_nowhere()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q =>
            [
                q.Reply(
                    Msg.Cname(q.Name, "a.test"), Msg.Cname(q.Name, "b.test"), Msg.A("a.test", "192.0.2.1"), Msg.A("b.test", "203.0.113.1")),
            ]);

        Reply reply = await test.AskAsync("example.test");

        reply.Addresses.Should().Equal("192.0.2.1");
        reply.Answers.Should().HaveCount(2);
        test.Host.Grants.Should().ContainSingle();
    }
}

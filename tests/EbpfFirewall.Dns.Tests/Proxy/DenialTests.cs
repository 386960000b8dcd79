using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class DenialTests
{
    [Fact]
    public async Task A_denied_name_gets_NXDOMAIN_with_an_SOA_and_never_leaves_the_host()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));

        Reply reply = await test.AskAsync("other.test");
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(3);
        reply.Header.Id.Should().Be(0x1234);
        reply.Answers.Should().BeEmpty();
        reply.Authorities.Should().ContainSingle().Which.Should().Match<ReplyRecord>(r => r.Type == DnsType.Soa && r.Owner == "test" && r.Ttl == 10);
        reply.Edns.Should().BeNull("the client sent no OPT");
        test.Upstream.Queries.Should().BeEmpty();
        test.Host.Grants.Should().BeEmpty();
        decision.Should().BeEquivalentTo(new { Name = "other.test", Verdict = Verdict.Deny, Reason = DecisionReason.NotInAllowList, RuleIndex = -1, ResponseCode = 3 });
        decision.Client.Process.ProcessId.Should().Be(4711);
    }

    [Theory]
    [InlineData("notexample.test", 3)]
    [InlineData("EXAMPLE.test", 0)]
    [InlineData("a.b.example.test", 0)]
    [InlineData("test", 0)] // above an allowed name: NODATA, since NXDOMAIN would deny the tree (RFC 8020)
    public async Task Names_match_on_label_boundaries_in_any_case(string name, int code)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));

        Reply reply = await test.AskAsync(name);

        reply.Code.Should().Be(code);
    }

    [Fact]
    public async Task A_denied_name_above_an_allowed_one_gets_NODATA()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("a.example.test"));

        Reply reply = await test.AskAsync(Msg.Query("example.test", DnsType.A, opt: Msg.Opt()));

        reply.Code.Should().Be(0);
        reply.Answers.Should().BeEmpty();
        reply.Authorities.Should().ContainSingle(r => r.Type == DnsType.Soa);
        reply.ExtendedError.Should().Be(15);
        test.Upstream.Queries.Should().BeEmpty();
    }

    [Fact]
    public async Task An_extended_error_is_given_only_under_the_clients_OPT()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Deny("bad.test"));

        Reply with = await test.AskAsync(Msg.Query("bad.test", DnsType.A, opt: Msg.Opt(dnssecOk: true)));
        Reply without = await test.AskAsync(Msg.Query("bad.test", DnsType.A));

        with.Code.Should().Be(3);
        with.ExtendedError.Should().Be(15);
        with.Edns.Should().Be(new DnsEdns(1232, 0, 0, true));
        without.Code.Should().Be(3);
        without.Edns.Should().BeNull();
    }

    [Theory]
    [InlineData(DnsType.Any)]
    [InlineData(DnsType.Axfr)]
    [InlineData(DnsType.Ixfr)]
    [InlineData(DnsType.Null)]
    [InlineData(DnsType.Tsig)]
    [InlineData((DnsType)0)]
    [InlineData((DnsType)65399)]
    public async Task A_denied_type_gets_NODATA(DnsType type)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));

        Reply reply = await test.AskAsync(Msg.Query("example.test", type, opt: Msg.Opt()));
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(0);
        reply.Answers.Should().BeEmpty();
        reply.ExtendedError.Should().Be(17);
        decision.Reason.Should().Be(DecisionReason.QueryType);
        test.Upstream.Queries.Should().BeEmpty();
    }

    [Fact]
    public async Task BlockAll_denies_everything()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.UseMode(PolicyMode.BlockAll));

        Reply reply = await test.AskAsync("localhost");
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(3);
        decision.Reason.Should().Be(DecisionReason.BlockAll);
    }

    [Fact]
    public async Task Observe_answers_everything_and_reports_what_would_have_been()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test").UseMode(PolicyMode.Observe));

        Reply reply = await test.AskAsync("other.test");
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Addresses.Should().Equal("192.0.2.1");
        decision.Verdict.Should().Be(Verdict.Deny);
        decision.Reason.Should().Be(DecisionReason.NotInAllowList);
        decision.ResponseCode.Should().Be(0);
    }

    [Theory]
    [InlineData("use-application-dns.net", 3)]
    [InlineData("mask.icloud.com", 3)]
    [InlineData("mask-h2.icloud.com", 3)]
    [InlineData("_dns.resolver.arpa", 0)]
    public async Task Names_that_switch_encrypted_DNS_on_are_denied_in_a_deny_list_too(string name, int code)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Deny("bad.test"));

        Reply reply = await test.AskAsync(name);

        reply.Code.Should().Be(code);
        reply.Answers.Should().BeEmpty();
        test.Upstream.Queries.Should().BeEmpty();
    }

    [Fact]
    public async Task A_rule_that_names_a_canary_lets_it_through()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("mask.icloud.com"));

        Reply reply = await test.AskAsync("mask.icloud.com");

        reply.Addresses.Should().Equal("192.0.2.1");
    }

    [Theory]
    [InlineData(DnsType.A, "127.0.0.1")]
    [InlineData(DnsType.Aaaa, "::1")]
    public async Task Localhost_is_answered_here(DnsType type, string address)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));

        Reply reply = await test.AskAsync("Db.LocalHost", type);
        Reply other = await test.AskAsync("localhost", DnsType.Mx);

        reply.Addresses.Should().Equal(address);
        other.Code.Should().Be(0);
        other.Answers.Should().BeEmpty();
        test.Upstream.Queries.Should().BeEmpty();
    }

    [Theory]
    [InlineData("7.2.0.192.in-addr.arpa", true)]
    [InlineData("b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa", true)]
    [InlineData("c2VjcmV0.2.0.192.in-addr.arpa", false)]
    [InlineData("1.7.2.0.192.in-addr.arpa", false)]
    [InlineData("07.2.0.192.in-addr.arpa", false)]
    [InlineData("256.2.0.192.in-addr.arpa", false)]
    [InlineData("7.ip6.arpa", false)]
    public async Task Reverse_names_are_looked_up_only_when_they_are_whole_addresses(string name, bool forwarded)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Deny("bad.test"),
            query => [Msg.Response(query.Message, [Msg.Record(query.Name, DnsType.Ptr, Msg.Name("host.test"))])]);

        Reply reply = await test.AskAsync(name, DnsType.Ptr);

        reply.Code.Should().Be(forwarded ? 0 : 3);
        test.Upstream.Queries.Should().HaveCount(forwarded ? 1 : 0);
    }
}

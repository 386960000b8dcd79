using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class RebindingTests
{
    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.19.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::7f00:1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:a00:1::1")]
    [InlineData("2001::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("100::1")]
    public async Task A_public_name_does_not_lead_inside(string address)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.com"), q => [Answer(q, address)]);

        Reply reply = await test.AskAsync(Msg.Query("example.com", TypeOf(address), opt: Msg.Opt()));
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(0);
        reply.Answers.Should().BeEmpty();
        reply.Authorities.Should().ContainSingle(r => r.Type == DnsType.Soa);
        reply.ExtendedError.Should().Be(17);
        test.Host.Grants.Should().BeEmpty();
        decision.Should().BeEquivalentTo(new { Verdict = Verdict.Deny, Reason = DecisionReason.Rebinding, RuleIndex = 0 });
        test.Proxy.Counters.Rebindings.Should().Be(1);
    }

    [Theory]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("192.167.255.255")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("64:ff9b::c000:201")]
    [InlineData("2002:c000:201::1")]
    [InlineData("2001:1::1")]
    [InlineData("2606:4700::1")]
    [InlineData("::ffff:192.0.2.1")]
    public async Task A_public_address_passes(string address)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.com"), q => [Answer(q, address)]);

        Reply reply = await test.AskAsync("example.com", TypeOf(address));

        reply.Addresses.Should().ContainSingle();
        test.Host.Grants.Should().ContainSingle();
    }

    [Theory]
    [InlineData("web.test")]
    [InlineData("printer.local")]
    [InlineData("api.internal")]
    [InlineData("nas.lan")]
    [InlineData("nas.home.arpa")]
    [InlineData("x.intranet")]
    [InlineData("x.corp")]
    [InlineData("x.PRIVATE")]
    [InlineData("database")]
    public async Task Names_that_are_not_public_lead_where_they_like(string name)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow(name), q => [Answer(q, "10.0.0.1")]);

        Reply reply = await test.AskAsync(name);

        reply.Addresses.Should().Equal("10.0.0.1");
    }

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.0.0.1:443", true)]
    [InlineData("10.9.0.0/16", false)]
    public async Task An_address_rule_exempts_its_addresses(string rule, bool passes)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.com").Allow(rule), q => [Answer(q, "10.0.0.1")]);

        Reply reply = await test.AskAsync("example.com");

        reply.Addresses.Should().HaveCount(passes ? 1 : 0);
    }

    [Fact]
    public async Task A_longer_deny_rule_takes_the_exemption_back()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.com").Allow("10.0.0.0/8").Deny("10.0.0.0/24"), q => [Answer(q, "10.0.0.1")]);

        Reply reply = await test.AskAsync("example.com");

        reply.Addresses.Should().BeEmpty();
    }

    [Fact]
    public async Task The_host_may_decide_what_is_exempt()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.com"),
            q => [Answer(q, "10.0.0.1")],
            o => o with { IsAddressExplicitlyAllowed = address => address.Equals(IPAddress.Parse("10.0.0.1")) });

        Reply reply = await test.AskAsync("example.com");

        reply.Addresses.Should().Equal("10.0.0.1");
    }

    [Fact]
    public async Task The_guard_can_be_switched_off()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.com"), q => [Answer(q, "10.0.0.1")], o => o with { RebindingGuard = RebindingGuard.Off });

        Reply reply = await test.AskAsync("example.com");

        reply.Addresses.Should().Equal("10.0.0.1");
    }

    [Fact]
    public async Task One_private_address_among_public_ones_withholds_all()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.com"), q => [q.Reply(Msg.A(q.Name, "192.0.2.1"), Msg.A(q.Name, "10.0.0.1"))]);

        Reply reply = await test.AskAsync("example.com");

        reply.Addresses.Should().BeEmpty();
        test.Host.Grants.Should().BeEmpty();
    }

    private static DnsType TypeOf(string address) => address.Contains(':', StringComparison.Ordinal) ? DnsType.Aaaa : DnsType.A;

    private static byte[] Answer(UpstreamQuery query, string address) =>
        query.Reply(Msg.Record(query.Name, TypeOf(address), IPAddress.Parse(address).GetAddressBytes()));
}

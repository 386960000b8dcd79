using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Tests.Proxy;

public sealed class GrantTests
{
    [Theory]
    [InlineData(DnsType.A, "192.0.2.1", "192.0.2.2")]
    [InlineData(DnsType.Aaaa, "2001:db8::1", "2001:db8::2")]
    public async Task Every_address_of_an_allowed_answer_is_granted_and_reported(DnsType type, string first, string second)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test:443"),
            q => [q.Reply(Msg.Record(q.Name, type, IPAddress.Parse(first).GetAddressBytes()), Msg.Record(q.Name, type, IPAddress.Parse(second).GetAddressBytes()))]);

        Reply reply = await test.AskAsync("www.example.test", type);
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(0);
        reply.Addresses.Should().Equal(first, second);
        test.Host.Grants.Select(g => g.Address.ToString()).Should().Equal(first, second);
        test.Host.Grants.Should().OnlyContain(g => g.Name == "www.example.test" && g.Class.Count == 1 && g.Lifetime == TimeSpan.FromSeconds(305));
        decision.Should().BeEquivalentTo(new
        {
            Name = "www.example.test",
            QueryType = (ushort)type,
            TransactionId = (ushort)0x1234,
            Protocol = TransportProtocols.Udp,
            Verdict = Verdict.Allow,
            Reason = DecisionReason.NameAllowed,
            RuleIndex = 0,
            ResponseCode = 0,
        });
        decision.Addresses.Select(a => a.ToString()).Should().Equal(first, second);
    }

    [Fact]
    public async Task The_reply_leaves_only_after_every_grant_is_written()
    {
        using ManualResetEventSlim lastGrantStarted = new();
        using ManualResetEventSlim mayFinish = new();
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => [q.Reply(Msg.A(q.Name, "192.0.2.1"), Msg.A(q.Name, "192.0.2.2"))]);
        test.Host.OnGrant = grant =>
        {
            if (grant.Address.ToString() == "192.0.2.2")
            {
                lastGrantStarted.Set();
                mayFinish.Wait(TimeSpan.FromSeconds(20)).Should().BeTrue();
            }

            return true;
        };
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(test.Proxy.IPv4EndPoint);

        await client.SendAsync(Msg.Query("example.test", DnsType.A));
        lastGrantStarted.Wait(TimeSpan.FromSeconds(20)).Should().BeTrue();
        int availableWhileGranting = client.Available;
        mayFinish.Set();
        byte[] buffer = new byte[512];
        int length = await client.ReceiveAsync(buffer);

        availableWhileGranting.Should().Be(0);
        new Reply(buffer[..length]).Addresses.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_grant_that_fails_withholds_the_answer()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));
        test.Host.OnGrant = _ => false;

        Reply reply = await test.AskAsync("example.test");
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(2);
        reply.Answers.Should().BeEmpty();
        decision.Should().BeEquivalentTo(new { Verdict = Verdict.Deny, Reason = DecisionReason.GrantFailed, RuleIndex = 0, ResponseCode = 2 });
        decision.Addresses.Should().BeEmpty();
        test.Proxy.Counters.GrantFailures.Should().Be(1);
    }

    [Fact]
    public async Task A_grant_that_throws_counts_as_failed()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Allow("example.test"));
        test.Host.OnGrant = _ => throw new InvalidOperationException("the map is gone");

        Reply reply = await test.AskAsync("example.test");

        reply.Code.Should().Be(2);
        test.Proxy.Counters.Faults.Should().Be(1);
    }

    [Fact]
    public async Task Observe_answers_even_when_a_grant_fails()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.UseMode(PolicyMode.Observe));
        test.Host.OnGrant = _ => false;

        Reply reply = await test.AskAsync("example.test");

        reply.Addresses.Should().Equal("192.0.2.1");
    }

    [Theory]
    [InlineData(0u, 65, 0u)]
    [InlineData(59u, 65, 59u)]
    [InlineData(300u, 305, 300u)]
    [InlineData(86400u, 3605, 3600u)]
    [InlineData(0xFFFFFFFFu, 65, 0u)] // RFC 2181: the top bit means 0
    public async Task Grants_live_as_long_as_the_clamped_TTL_and_no_record_lives_longer(uint ttl, int lifetimeSeconds, uint replyTtl)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [q.Reply(Msg.A(q.Name, "192.0.2.1", ttl))]);

        Reply reply = await test.AskAsync("example.test");

        test.Host.Grants.Should().ContainSingle().Which.Lifetime.Should().Be(TimeSpan.FromSeconds(lifetimeSeconds));
        reply.Answers.Should().ContainSingle().Which.Ttl.Should().Be(replyTtl);
    }

    [Fact]
    public async Task The_shortest_TTL_of_an_alias_chain_bounds_all_of_it()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => [q.Reply(Msg.Cname(q.Name, "cdn.other.test", 90), Msg.A("cdn.other.test", "192.0.2.1", 3000))]);

        Reply reply = await test.AskAsync("example.test");

        test.Host.Grants.Should().ContainSingle().Which.Lifetime.Should().Be(TimeSpan.FromSeconds(95));
        reply.Answers.Select(r => r.Ttl).Should().Equal(90, 90);
    }

    [Fact]
    public async Task Records_of_other_owners_are_neither_granted_nor_passed_on()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q =>
            [
                Msg.Response(
                    q.Message,
                    [Msg.A("bank.test", "203.0.113.1"), Msg.A(q.Name, "192.0.2.1"), Msg.A("sub." + q.Name, "203.0.113.2"), Msg.Cname("bank.test", q.Name)],
                    [Msg.A(q.Name, "203.0.113.3"), Msg.Record("test", DnsType.Ns, Msg.Name("ns.test"))],
                    [Msg.A(q.Name, "203.0.113.4"), Msg.A("ns.test", "203.0.113.5")]),
            ]);

        Reply reply = await test.AskAsync("example.test");

        test.Host.Grants.Select(g => g.Address.ToString()).Should().Equal("192.0.2.1");
        reply.Records.Should().ContainSingle().Which.Owner.Should().Be("example.test");
    }

    [Fact]
    public async Task An_address_of_the_other_family_is_not_slipped_in()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"),
            q => [q.Reply(Msg.A(q.Name, "192.0.2.1"), Msg.Aaaa(q.Name, "2001:db8::1"))]);

        Reply reply = await test.AskAsync("example.test");

        reply.Addresses.Should().Equal("192.0.2.1");
        test.Host.Grants.Should().ContainSingle();
    }

    [Fact]
    public async Task An_IPv4_mapped_address_is_granted_as_IPv4()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test"), q => [q.Reply(Msg.Record(q.Name, DnsType.Aaaa, IPAddress.Parse("::ffff:192.0.2.9").GetAddressBytes()))]);

        await test.AskAsync("example.test", DnsType.Aaaa);

        test.Host.Grants.Should().ContainSingle().Which.Address.ToString().Should().Be("192.0.2.9");
    }

    [Fact]
    public async Task A_deny_list_ties_names_to_addresses_without_a_class()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Deny("bad.test"));

        Reply reply = await test.AskAsync("example.test");
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Addresses.Should().Equal("192.0.2.1");
        test.Host.Grants.Should().ContainSingle().Which.Class.Count.Should().Be(0);
        decision.Reason.Should().Be(DecisionReason.NotInDenyList);
    }
}

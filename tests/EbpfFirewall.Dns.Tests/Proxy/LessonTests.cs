using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Dns.Tests.Support;
using EbpfFirewall.Dns.Wire;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Tests.Proxy;

/// <summary>Denied names that are looked up all the same, so that their addresses can be closed.</summary>
public sealed class LessonTests
{
    [Theory]
    [InlineData(DnsType.A)]
    [InlineData(DnsType.Aaaa)]
    public async Task A_deny_list_closes_the_addresses_of_a_denied_name_and_does_not_tell_them(DnsType type)
    {
        byte[] data = type == DnsType.A ? [192, 0, 2, 9] : [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Deny("bad.test"), q => [q.Reply(Msg.Record(q.Name, type, data))]);

        Reply reply = await test.AskAsync("www.bad.test", type);
        DnsDecision decision = await test.Host.NextDecisionAsync();

        reply.Code.Should().Be(3);
        reply.Answers.Should().BeEmpty();
        test.Host.Grants.Should().ContainSingle(g => g.Name == "www.bad.test" && g.IsDenial && g.Class.Count == 1 && g.Lifetime == TimeSpan.FromSeconds(305));
        decision.Should().BeEquivalentTo(new { Verdict = Verdict.Deny, Reason = DecisionReason.NameDenied, RuleIndex = 0, ResponseCode = 3 });
    }

    [Theory]
    [InlineData(DnsType.Txt)]
    [InlineData(DnsType.Https)]
    public async Task Queries_that_lead_to_no_address_teach_nothing(DnsType type)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Deny("bad.test"));

        Reply reply = await test.AskAsync("bad.test", type);

        reply.Code.Should().Be(3);
        test.Upstream.Queries.Should().BeEmpty();
    }

    [Fact]
    public async Task A_lesson_that_no_upstream_gives_is_a_denial_all_the_same()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Deny("bad.test"),
            static _ => [],
            o => o with { QueryTimeout = TimeSpan.FromMilliseconds(300), AttemptTimeout = TimeSpan.FromMilliseconds(100) });

        Reply reply = await test.AskAsync("bad.test");

        reply.Code.Should().Be(3);
        test.Host.Grants.Should().BeEmpty();
    }

    [Fact]
    public async Task Of_too_many_at_once_those_beyond_are_denied_at_once()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(p => p.Deny("bad.test"), static _ => [], o => o with { MaxPendingQueries = 1 });
        Task<Reply> first = test.AskAsync("one.bad.test");
        SpinWait.SpinUntil(() => !test.Upstream.Queries.IsEmpty, TimeSpan.FromSeconds(20)).Should().BeTrue("it is looked up");

        Reply second = await test.AskAsync("two.bad.test");

        second.Code.Should().Be(3);
        test.Upstream.Queries.Should().OnlyContain(query => query.Name == "one.bad.test");
        (await first).Code.Should().Be(3);
    }

    [Fact]
    public async Task Where_denied_names_are_answered_the_addresses_are_closed_first()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Allow("example.test").Deny("bad.example.test"),
            q => [q.Reply(Msg.A(q.Name, "192.0.2.9"))],
            static o => o with { AnswerDeniedNames = true });

        Reply denied = await test.AskAsync("bad.example.test");
        DnsDecision decision = await test.Host.NextDecisionAsync();
        Reply unnamed = await test.AskAsync("elsewhere.test");

        denied.Addresses.Should().Equal("192.0.2.9");
        unnamed.Addresses.Should().Equal("192.0.2.9");
        test.Host.Grants.Should().HaveCount(2).And.OnlyContain(g => g.IsDenial);
        test.Host.Grants.Select(g => g.Class.Count).Should().Equal(1, 0);
        decision.Should().BeEquivalentTo(new { Verdict = Verdict.Allow, Reason = DecisionReason.DeniedNameAnswered, RuleIndex = 1, ResponseCode = 0 });
    }

    [Fact]
    public async Task Where_the_addresses_cannot_be_closed_nothing_is_answered()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Deny("bad.test"), configure: static o => o with { AnswerDeniedNames = true });
        test.Host.OnGrant = static _ => false;

        Reply reply = await test.AskAsync("bad.test");

        reply.Code.Should().Be(3);
        reply.Answers.Should().BeEmpty();
    }

    [Theory]
    [InlineData("use-application-dns.net", 3)]
    [InlineData("resolver.arpa", 0)]
    public async Task Names_that_switch_programs_to_other_resolvers_are_not_answered_even_then(string name, int code)
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Deny("bad.test"), configure: static o => o with { AnswerDeniedNames = true });

        Reply reply = await test.AskAsync(name);

        reply.Code.Should().Be((byte)code);
        reply.Answers.Should().BeEmpty();
        test.Upstream.Queries.Should().BeEmpty();
    }

    [Fact]
    public async Task With_everything_blocked_nothing_is_looked_up()
    {
        await using ProxyUnderTest test = await ProxyUnderTest.StartAsync(
            p => p.Deny("bad.test").UseMode(PolicyMode.BlockAll), configure: static o => o with { AnswerDeniedNames = true });

        (await test.AskAsync("bad.test")).Code.Should().Be(3);
        test.Upstream.Queries.Should().BeEmpty();
    }
}

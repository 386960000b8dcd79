using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Policies;
using EbpfFirewall.Sandboxes;
using EbpfFirewall.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EbpfFirewall.Tests.Decisions;

public sealed class DnsDecisionReporterTests
{
    private static readonly ProcessIdentity Curl = new() { ProcessId = 4711, Name = "curl" };
    private static readonly FirewallPolicy Policy = new FirewallPolicyBuilder().Allow("example.test").Build();
    private readonly ManualClock _clock = new();
    private readonly List<DecisionEvent> _told = [];

    [Fact]
    public void A_decision_is_told_at_once_with_all_that_is_known()
    {
        Reporter().OnDecision(Denied("denied.test") with { QueryType = 28, TransactionId = 42 });

        DecisionEvent told = _told.Should().ContainSingle().Subject;
        told.Should().BeEquivalentTo(new DecisionEvent
        {
            Time = _clock.GetUtcNow(),
            Sandbox = "test",
            Mode = PolicyMode.AllowList,
            Verdict = Verdict.Deny,
            Reason = DecisionReason.NotInAllowList,
            Stage = DecisionStage.Dns,
            Process = Curl,
            Attribution = Attribution.Caller,
            Protocol = 17,
            Destination = new IPEndPoint(IPAddress.Parse("192.0.2.53"), 53),
            Names = ["denied.test"],
            QueryType = 28,
            DnsTransactionId = 42,
            Revision = Policy.Revision,
        });
    }

    [Fact]
    public void The_rule_that_decided_is_named()
    {
        DnsDecisionReporter reporter = Reporter(reportAllowed: true);

        reporter.OnDecision(Denied("www.example.test") with { Verdict = Verdict.Allow, Reason = DecisionReason.NameAllowed, RuleIndex = 0, Policy = Policy });

        _told.Single().Rule!.Text.Should().Be("example.test");
    }

    [Fact]
    public void Equal_decisions_are_told_once()
    {
        DnsDecisionReporter reporter = Reporter();

        Repeat(reporter, "denied.test", 5);

        _told.Should().ContainSingle().Which.IsRepeat.Should().BeFalse();
    }

    [Fact]
    public void Other_names_reasons_and_processes_are_other_decisions()
    {
        DnsDecisionReporter reporter = Reporter();

        reporter.OnDecision(Denied("a.test"));
        reporter.OnDecision(Denied("b.test"));
        reporter.OnDecision(Denied("a.test") with { Reason = DecisionReason.QueryType });
        reporter.OnDecision(Denied("a.test") with { Client = Denied("a.test").Client with { Process = Curl with { ProcessId = 4712 } } });

        _told.Should().HaveCount(4).And.OnlyContain(decision => !decision.IsRepeat && decision.RepeatCount == 1);
    }

    [Fact]
    public void Repeats_are_told_again_after_a_while_with_their_number()
    {
        DnsDecisionReporter reporter = Reporter();
        Repeat(reporter, "denied.test", 4);

        _clock.Advance(TimeSpan.FromSeconds(10));
        Repeat(reporter, "denied.test", 3);

        _told.Select(decision => (decision.RepeatCount, decision.IsRepeat)).Should().Equal((1, false), (4, true));
    }

    [Fact]
    public void What_is_left_is_told_at_the_end_once()
    {
        DnsDecisionReporter reporter = Reporter();
        Repeat(reporter, "denied.test", 4);
        Repeat(reporter, "once.test", 1);

        reporter.Flush();
        reporter.Flush();

        _told.Select(decision => (decision.Names[0], decision.RepeatCount, decision.IsRepeat)).Should().Equal(
            ("denied.test", 1, false), ("once.test", 1, false), ("denied.test", 3, true));
    }

    [Fact]
    public void Allowed_decisions_are_told_only_when_asked_for()
    {
        DnsDecision allowed = Denied("www.example.test") with { Verdict = Verdict.Allow, Reason = DecisionReason.NameAllowed, RuleIndex = 0, Policy = Policy };

        Reporter().OnDecision(allowed);
        _told.Should().BeEmpty();
        Reporter(reportAllowed: true).OnDecision(allowed);

        _told.Should().ContainSingle();
    }

    [Fact]
    public void When_it_is_full_it_tells_what_it_has_and_starts_anew()
    {
        const int Entries = 8192;
        DnsDecisionReporter reporter = Reporter();
        Repeat(reporter, "0.test", 3);
        for (int i = 1; i < Entries; i++)
        {
            Repeat(reporter, $"{i}.test", 1);
        }

        Repeat(reporter, "more.test", 1);
        Repeat(reporter, "0.test", 1);

        _told.Should().HaveCount(Entries + 3);
        _told[Entries].Should().Match<DecisionEvent>(decision => decision.Names[0] == "0.test" && decision.RepeatCount == 2 && decision.IsRepeat);
        _told[^1].Should().Match<DecisionEvent>(decision => decision.Names[0] == "0.test" && !decision.IsRepeat);
    }

    private static void Repeat(DnsDecisionReporter reporter, string name, int times)
    {
        for (int i = 0; i < times; i++)
        {
            reporter.OnDecision(Denied(name));
        }
    }

    private static DnsDecision Denied(string name) => new()
    {
        Name = name,
        QueryType = 1,
        TransactionId = 1,
        Protocol = TransportProtocols.Udp,
        Verdict = Verdict.Deny,
        Reason = DecisionReason.NotInAllowList,
        RuleIndex = -1,
        Client = new ClientFlow(Curl, Attribution.Caller, new IPEndPoint(IPAddress.Parse("192.0.2.53"), 53)),
        ResponseCode = 3,
    };

    private DnsDecisionReporter Reporter(bool reportAllowed = false) => new(
        new DnsDecisionReader("test", () => Policy, _clock),
        new DecisionHub([_told.Add], NullLogger.Instance),
        reportAllowed,
        _clock);
}

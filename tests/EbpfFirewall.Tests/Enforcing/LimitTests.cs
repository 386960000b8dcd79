using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>Limits on what is sent, by real sockets.</summary>
public sealed class LimitTests : IDisposable
{
    private const string Address = "127.1.0.1";
    private readonly Peer _peer = Peer.Open("0.0.0.0");
    private readonly Sink _sink = new();

    [KernelTheory]
    [InlineData("rule")]
    [InlineData("sandbox")]
    [InlineData("process")]
    public async Task What_goes_beyond_a_limit_on_bytes_does_not_leave(string scope)
    {
        const int Limit = 1_000_000;
        await using Lab lab = await Lab.StartAsync(builder => _ = scope == "rule"
            ? builder.Allow($"{Address} bytes=1MB")
            : builder.Allow(Address).Limit($"{scope}:bytes=1MB"));

        string[] results = await lab.ProbeAsync($"pour 4 {Address} {_sink.Port} 3000000");

        results.Should().Equal("timeout");
        _sink.Received.Should().BeInRange(Limit - 65_536, Limit);
        if (scope != "process")
        {
            LimitUse use = lab.Sandbox.ReadLimits().Should().ContainSingle().Subject;
            use.Used.Should().Be(_sink.Received);
            use.Limit.ToString().Should().Be($"{scope}:bytes=1MB");
        }

        DecisionEvent denial = (await lab.EndAsync()).First(decision => decision.Reason == DecisionReason.BudgetBytes);
        denial.Limit!.ToString().Should().Be($"{scope}:bytes=1MB");
        DecisionExplanation.Of(denial).Should().Contain("1MB");
    }

    [KernelFact]
    public async Task What_stays_within_a_limit_leaves_to_the_last_byte()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow($"{Address} bytes=3MB"));

        string[] results = await lab.ProbeAsync($"pour 4 {Address} {_sink.Port} 3000000");

        results.Should().Equal("ok");
        _sink.Received.Should().Be(3_000_000);
        lab.Sandbox.ReadLimits().Single().Used.Should().Be(3_000_000);
        (await lab.EndAsync()).Should().BeEmpty();
    }

    [KernelFact]
    public async Task Every_datagram_counts_and_one_that_does_not_fit_leaves_room_for_a_smaller_one()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow($"{Address} bytes=100"));
        string[] steps = [$"hold udp 4 {Address} {_peer.Port}", .. new[] { 60, 60, 41, 40, 1 }.Select(size => $"datagram 4 {Address} {_peer.Port} {size}")];

        string[] results = await lab.ProbeAsync(steps);

        results.Should().Equal("ok", "ok", "EPERM", "EPERM", "ok", "EPERM");
    }

    [KernelFact]
    public async Task Connections_count_for_rule_process_and_sandbox_and_a_refused_one_costs_nobody()
    {
        using Peer other = Peer.Open("0.0.0.0");
        await using Lab lab = await Lab.StartAsync(builder => builder
            .Allow($"{Address}:{_peer.Port} connections=3", $"{Address}:{other.Port}")
            .Limit("process:connections=4", "sandbox:connections=6/1h"));

        string[] first = await lab.ProbeAsync([.. Enumerable.Repeat(Tcp(_peer), 5), Tcp(other), Tcp(other)]);
        string[] second = await lab.ProbeAsync(Tcp(_peer), Tcp(other), Tcp(other), Tcp(other));

        first.Should().Equal("ok", "ok", "ok", "EPERM", "EPERM", "ok", "EPERM");
        second.Should().Equal("EPERM", "ok", "ok", "EPERM");
        DecisionEvent[] decisions = await lab.EndAsync();
        decisions.Should().OnlyContain(decision => decision.Reason == DecisionReason.BudgetConnections);
        decisions.Select(decision => decision.Limit!.ToString()).Distinct().Should().BeEquivalentTo(
            "rule:connections=3", "process:connections=4", "sandbox:connections=6/1h");
    }

    [KernelFact]
    public async Task A_datagram_to_somewhere_else_is_a_connection()
    {
        using Peer other = Peer.Open("0.0.0.0");
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow($"{Address} connections=2"));
        string there = $"datagram 4 {Address} {_peer.Port} 1";

        string[] results = await lab.ProbeAsync(
            $"hold udp 4 {Address} {_peer.Port}", there, there, there, $"datagram 4 {Address} {other.Port} 1", there, $"sendto 4 {Address} {_peer.Port}");

        results.Should().Equal("ok", "ok", "ok", "ok", "ok", "EPERM", "EPERM");
    }

    [KernelFact]
    public async Task A_process_stays_itself_when_it_executes_something_and_its_children_are_others()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow(Address).Limit("process:connections=2"));

        string[] results = await lab.ProbeAsync(Tcp(_peer), Tcp(_peer), $"memory /usr/bin/python3 {Tcp(_peer)}", $"exec {Tcp(_peer)}");

        results.Should().Equal("ok", "ok", "ok", "EPERM");
    }

    [KernelFact]
    public async Task No_interval_sees_more_than_its_limit()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow($"{Address} bytes=1kB/1s"));

        string[] results = await lab.ProbeAsync($"paced 4 {Address} {_peer.Port} 100 1000 0.98 4");

        results.Should().Equal("ok");
    }

    [KernelFact]
    public async Task Processes_that_send_at_once_do_not_go_past_a_limit_together()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow(Address).Limit("sandbox:bytes=100kB"));

        string[][] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => lab.ProbeAsync($"many 4 {Address} {_peer.Port} 2000 70")));

        results.Sum(result => int.Parse(result[0], System.Globalization.CultureInfo.InvariantCulture)).Should().Be(100_000 / 70);
        lab.Sandbox.ReadLimits().Single().Used.Should().Be(100_000 / 70 * 70);
    }

    [KernelFact]
    public async Task Another_policy_keeps_what_was_used()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow($"{Address} connections=2").Limit("sandbox:connections=4"));
        FirewallPolicy again = new FirewallBuilder().Allow($"{Address} connections=2", "127.1.0.2").Limit("sandbox:connections=3").BuildPolicy();

        string[] before = await lab.ProbeAsync(Tcp(_peer), Tcp(_peer));
        await lab.Firewall.ApplyAsync(again);
        string[] after = await lab.ProbeAsync(Tcp(_peer), $"tcp 4 127.1.0.2 {_peer.Port}", $"tcp 4 127.1.0.2 {_peer.Port}");

        before.Should().Equal("ok", "ok");
        after.Should().Equal("EPERM", "ok", "EPERM");
    }

    [KernelFact]
    public async Task Observing_reports_and_blocks_nothing()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow($"{Address} connections=1 bytes=10").Observe());

        string[] results = await lab.ProbeAsync(Tcp(_peer), Tcp(_peer), $"many 4 {Address} {_peer.Port} 3 8");

        results.Should().Equal("ok", "ok", "3");
        (await lab.EndAsync()).Select(decision => decision.Reason).Distinct().Should().Contain([DecisionReason.BudgetConnections]);
    }

    [KernelFact]
    public async Task A_deny_list_has_limits_too()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Deny("192.0.2.1").Limit("sandbox:connections=1").ConfigurePolicy(_ => { }));
        using LocalAddress host = new(IPAddress.Parse("198.18.55.2"));

        string[] results = await lab.ProbeAsync($"tcp 4 {host.Address} {_peer.Port}", $"tcp 4 {host.Address} {_peer.Port}", $"sendto 4 {host.Address} {_peer.Port}");

        results.Should().Equal("ok", "EPERM", "EPERM");
    }

    [KernelFact]
    public async Task Names_are_counted_once_each()
    {
        using LocalAddress host = new(IPAddress.Parse("198.18.55.3"));
        using NameServer names = new(host.Address);
        await using Lab lab = await Lab.StartAsync(builder => builder.UseDnsUpstream(names.EndPoint).Allow("few.test names=1", "test").Limit("sandbox:names=3"));
        string[] steps = [.. new[] { "a.few.test", "b.few.test", "a.few.test", "a.test", "b.test", "c.test", "a.test" }.Select(name => $"tcp 4 {name} {_peer.Port}")];

        string[] results = await lab.ProbeAsync(steps);

        results.Should().Equal("ok", "unknown", "ok", "ok", "ok", "unknown", "ok");
        lab.Sandbox.ReadLimits().Select(use => (use.Limit.ToString(), use.Used)).Should().BeEquivalentTo([("sandbox:names=3", 3L), ("rule:names=1", 1L)]);
        DecisionEvent[] decisions = await lab.EndAsync();
        decisions.Where(decision => decision.Reason == DecisionReason.BudgetNames).Select(decision => (decision.Names[0], decision.Limit!.ToString()))
            .Distinct().Should().BeEquivalentTo([("b.few.test", "rule:names=1"), ("c.test", "sandbox:names=3")]);
    }

    [KernelFact]
    public void A_full_table_of_processes_denies()
    {
        using KernelLab lab = new(builder => builder.Allow(Address).Limit("process:connections=100"));
        lab.Kernel.Quota.Usages = 8192;

        string[] results = lab.Take(Tcp(_peer));

        results.Should().Equal("EPERM");
        lab.End().Should().ContainSingle().Which.Reason.Should().Be(DecisionReason.TableFull);
    }

    public void Dispose()
    {
        _peer.Dispose();
        _sink.Dispose();
    }

    private static string Tcp(Peer peer) => $"tcp 4 {Address} {peer.Port}";
}

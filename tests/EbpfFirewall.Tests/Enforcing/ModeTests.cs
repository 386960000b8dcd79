using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

public sealed class ModeTests
{
    [KernelFact]
    public async Task Observing_blocks_nothing_and_tells_what_would_have_been()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await Lab.StartAsync(builder => builder.Deny("127.1.0.0/16").Observe());

        string[] results = await lab.ProbeAsync(
            $"tcp 4 127.1.0.1 {peer.Port}", $"udp 4 127.1.0.1 {peer.Port}", $"tcp 4 127.0.0.1 {peer.Port}", "socket 2 2 136");

        results.Should().Equal("ok", "ok", "ok", "ok");
        (await peer.ReceiveAsync()).Should().Equal((byte)'x');
        DecisionEvent[] decisions = await lab.EndAsync();
        decisions.Should().OnlyContain(decision => decision.Mode == PolicyMode.Observe && decision.Verdict == Verdict.Deny && !decision.Blocked);
        decisions.Select(decision => decision.Reason).Should().Equal(
            DecisionReason.DeniedByRule, DecisionReason.DeniedByRule, DecisionReason.ForeignLoopback, DecisionReason.SocketType);
        decisions[0].Rule!.Text.Should().Be("127.1.0.0/16");
    }

    [KernelFact]
    public async Task Disabled_decides_nothing_and_tells_nothing()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await Lab.StartAsync(builder => builder.Deny("127.0.0.0/8").UseMode(PolicyMode.Disabled).ReportAllowed());

        string[] results = await lab.ProbeAsync($"tcp 4 127.0.0.1 {peer.Port}", $"udp 4 127.0.0.1 {peer.Port}");

        results.Should().Equal("ok", "ok");
        lab.Sandbox.Statistics.Should().Be(default(SandboxStatistics));
        (await lab.EndAsync()).Should().BeEmpty();
        Directory.Exists(lab.Sandbox.CgroupPath).Should().BeFalse();
    }

    [KernelFact]
    public async Task Blocking_everything_blocks_what_rules_allow_and_its_own_listeners()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow("127.0.0.0/8").UseMode(PolicyMode.BlockAll));

        string[] results = await lab.ProbeAsync(
            $"tcp 4 127.0.0.1 {peer.Port}", $"udp 4 127.0.0.1 {peer.Port}", $"sendto 4 127.0.0.1 {peer.Port}", "own-tcp 4 127.0.0.1 127.0.0.1", "own-udp 6 ::1 ::1");

        results.Should().AllBe("EPERM");
        (await lab.EndAsync()).Should().OnlyContain(decision => decision.Reason == DecisionReason.BlockAll && decision.Blocked);
    }

    [KernelFact]
    public async Task An_allow_list_without_a_rule_denies_everything_but_its_own_listeners()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.UseMode(PolicyMode.AllowList));

        string[] results = await lab.ProbeAsync("tcp 4 192.0.2.1 80", "own-tcp 4 127.0.0.1 127.0.0.1");

        results.Should().Equal("EPERM", "ok");
    }

    [KernelFact]
    public async Task Firewalls_and_sandboxes_side_by_side_keep_to_their_own_policies()
    {
        using Peer first = Peer.Open("0.0.0.0");
        using Peer second = Peer.Open("0.0.0.0");
        await using Lab one = await Lab.StartAsync(builder => builder.Allow($"127.0.0.1:{first.Port}"));
        await using Lab two = await Lab.StartAsync(builder => builder.Allow($"127.0.0.1:{second.Port}"));
        string[] steps = [$"tcp 4 127.0.0.1 {first.Port}", $"tcp 4 127.0.0.1 {second.Port}"];

        string[][] results = await Task.WhenAll(one.ProbeAsync(steps), two.ProbeAsync(steps));

        results[0].Should().Equal("ok", "EPERM");
        results[1].Should().Equal("EPERM", "ok");
        (await one.EndAsync()).Should().ContainSingle().Which.Destination!.Port.Should().Be(second.Port);
        (await two.EndAsync()).Should().ContainSingle().Which.Destination!.Port.Should().Be(first.Port);
    }

    [KernelFact]
    public async Task Ten_sandboxes_at_once_tell_each_its_own()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow("192.0.2.1"));
        async Task<(string, int)> RunOneAsync(int port)
        {
            await using ISandbox sandbox = await lab.Firewall.CreateSandboxAsync($"box-{port}", Lab.AsOurselves);
            Output output = await Output.OfAsync(sandbox, Probe.Command($"tcp 4 192.0.2.99 {port}", "own-tcp 6 ::1 ::1"));
            output.Out.Should().Be("EPERM\nok\n", output.Error);
            return (sandbox.Name, output.ProcessId);
        }

        (string, int)[] runs = await Task.WhenAll(Enumerable.Range(1, 10).Select(port => Task.Run(() => RunOneAsync(port))));

        DecisionEvent[] decisions = await lab.EndAsync();
        decisions.Select(decision => (decision.Sandbox, decision.Process.ProcessId)).Should().BeEquivalentTo(runs);
        decisions.Should().OnlyContain(decision => decision.Sandbox == $"box-{decision.Destination!.Port}");
    }

    [KernelFact]
    public async Task What_happens_is_counted()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow($"127.0.0.5:{peer.Port}"));

        await lab.ProbeAsync(
            "tcp 4 192.0.2.99 80", "tcp 4 192.0.2.99 80", "tcp 6 2001:db8::1 80", $"tcp 4 127.0.0.5 {peer.Port}", $"udp 4 127.0.0.5 {peer.Port}");
        await lab.RunAsync("dig", "@192.0.2.53", "+tries=1", "+short", "denied.test");

        SandboxStatistics statistics = lab.Sandbox.Statistics;
        statistics.Denied.Should().Be(3);
        statistics.Allowed.Should().Be(2, "a connection, and the query that was sent to the DNS proxy; a datagram socket is not judged when it connects");
        statistics.DnsQueries.Should().Be(1);
        statistics.DnsRefusedClients.Should().Be(0);
        statistics.EventsDropped.Should().Be(0);
        statistics.TableFull.Should().Be(0);
    }
}

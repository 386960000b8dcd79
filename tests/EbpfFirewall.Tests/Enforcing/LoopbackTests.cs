using EbpfFirewall.Decisions;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>Loopback is a zone: a sandbox reaches its own listeners and, without a rule, no others.</summary>
public sealed class LoopbackTests
{
    [KernelTheory]
    [InlineData("4 127.0.0.1 127.0.0.1")]
    [InlineData("4 127.0.0.9 127.0.0.9")]
    [InlineData("4 0.0.0.0 127.0.0.1")]
    [InlineData("4 0.0.0.0 0.0.0.0")]
    [InlineData("6 ::1 ::1")]
    [InlineData("6 :: ::1")]
    [InlineData("6 :: ::")]
    [InlineData("6 :: ::ffff:127.0.0.1")]
    [InlineData("6 ::ffff:127.0.0.1 ::ffff:127.0.0.1")]
    public async Task Its_own_listeners_are_reached(string addresses)
    {
        await using Lab lab = await StartAsync();

        string[] results = await lab.ProbeAsync($"own-tcp {addresses}", $"own-udp {addresses}");

        results.Should().Equal("ok", "ok");
        (await lab.EndAsync()).Should().BeEmpty();
    }

    [KernelTheory]
    [InlineData("0.0.0.0", "4 127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "4 127.7.7.7", "127.7.7.7")]
    [InlineData("0.0.0.0", "4 0.0.0.0", "127.0.0.1")]
    [InlineData("0.0.0.0", "6 ::ffff:127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "6 ::ffff:0.0.0.0", "127.0.0.1")]
    [InlineData("::1", "6 ::1", "::1")]
    [InlineData("::1", "6 ::", "::1")]
    public async Task Listeners_of_others_are_refused_at_once(string bind, string destination, string address)
    {
        using Peer peer = Peer.Open(bind);
        await using Lab lab = await StartAsync();

        string[] results = await lab.ProbeAsync($"tcp {destination} {peer.Port}", $"udp {destination} {peer.Port}", $"sendto {destination} {peer.Port}");

        results.Should().Equal("EPERM", "EPERM", "EPERM");
        peer.HasConnection.Should().BeFalse();
        peer.HasDatagram.Should().BeFalse();
        DecisionEvent[] decisions = await lab.EndAsync();
        decisions.Should().OnlyContain(decision => decision.Reason == DecisionReason.ForeignLoopback && decision.Blocked);
        decisions[0].Destination!.Address.ToString().Should().Be(address);
        decisions.Select(decision => decision.Protocol).Distinct().Should().Equal(6, 17);
    }

    [KernelTheory]
    [InlineData("4 127.0.0.1")]
    [InlineData("6 ::1")]
    [InlineData("6 ::ffff:127.0.0.1")]
    public async Task Where_nobody_listens_the_answer_is_what_it_is_without_a_firewall(string destination)
    {
        int port;
        using (Peer gone = Peer.Open(destination[0] == '4' ? "127.0.0.1" : "::1"))
        {
            port = gone.Port;
        }

        await using Lab lab = await StartAsync();

        string[] results = await lab.ProbeAsync($"tcp {destination} {port}", $"ask {destination} {port}");

        results.Should().Equal("ECONNREFUSED", "ECONNREFUSED");
    }

    [KernelFact]
    public async Task A_sandbox_does_not_reach_the_listener_of_another()
    {
        await using IEgressFirewall firewall = await new FirewallBuilder().Allow("192.0.2.1").StartAsync();
        await using ISandbox first = await firewall.CreateSandboxAsync("first", Lab.AsOurselves);
        await using ISandbox second = await firewall.CreateSandboxAsync("second", Lab.AsOurselves);
        const string Listen = "import socket,time; s=socket.create_server(('127.0.0.1',0)); print(s.getsockname()[1],flush=True); time.sleep(1000)";
        var startInfo = new System.Diagnostics.ProcessStartInfo("/usr/bin/python3", ["-ISc", Listen]) { RedirectStandardOutput = true };
        using System.Diagnostics.Process listener = first.Start(startInfo);
        string port = (await listener.StandardOutput.ReadLineAsync())!;

        string[] fromOther = await Probe.RunAsync(second, $"tcp 4 127.0.0.1 {port}");
        string[] fromOwn = await Probe.RunAsync(first, $"tcp 4 127.0.0.1 {port}");

        fromOther.Should().Equal("EPERM");
        fromOwn.Should().Equal("ok");
    }

    [KernelFact]
    public async Task A_rule_opens_listeners_of_others()
    {
        using Peer open = Peer.Open("0.0.0.0");
        using Peer closed = Peer.Open("0.0.0.0");
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow($"loopback:{open.Port}"));

        string[] results = await lab.ProbeAsync(
            $"tcp 4 127.0.0.1 {open.Port}", $"tcp 6 ::ffff:127.0.0.1 {open.Port}", $"udp 4 127.0.0.1 {open.Port}",
            $"tcp 4 127.0.0.1 {closed.Port}", $"udp 4 127.0.0.1 {closed.Port}", "own-tcp 4 127.0.0.1 127.0.0.1");

        results.Should().Equal("ok", "ok", "ok", "EPERM", "EPERM", "ok");
        (await open.ReceiveAsync()).Should().Equal((byte)'x');
    }

    private static Task<Lab> StartAsync() => Lab.StartAsync(builder => builder.Allow("192.0.2.1"));
}

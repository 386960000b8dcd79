using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>What is counted for rules and reasons.</summary>
public sealed class TrafficTests
{
    private const int UdpBytes = 20 + 8 + 1;

    [KernelFact]
    public async Task Each_rule_and_each_reason_counts_calls_packets_and_bytes()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await Lab.StartAsync(firewall => firewall.Allow("127.7.0.1", "127.7.0.2").Deny("192.0.2.1"));

        await lab.ProbeAsync(
            $"sendto 4 127.7.0.1 {peer.Port}", $"sendto 4 127.7.0.1 {peer.Port}", $"udp 4 127.7.0.1 {peer.Port}", "tcp 4 192.0.2.1 80", "tcp 4 192.0.2.99 80");

        SandboxTraffic traffic = lab.Sandbox.ReadTraffic();
        Of(traffic, lab, "127.7.0.1").Should().Be(new TrafficCount(2, 3, 3 * UdpBytes));
        Of(traffic, lab, "127.7.0.2").Should().Be(default(TrafficCount));
        Of(traffic, lab, "192.0.2.1").Should().Be(new TrafficCount(1, 0, 0));
        traffic.ByReason[DecisionReason.NotInAllowList].Should().Be(new TrafficCount(1, 0, 0));
    }

    [KernelFact]
    public async Task A_rule_counts_on_through_policies_that_keep_it_and_anew_in_one_that_brings_it_back()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await Lab.StartAsync(firewall => firewall.Allow("127.7.0.1", "127.7.0.2"));
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Sandbox);
        await probe.DoAsync($"sendto 4 127.7.0.1 {peer.Port}");
        await probe.DoAsync($"sendto 4 127.7.0.2 {peer.Port}");

        string[] many = [.. Enumerable.Range(0, 1000).Select(i => $"10.0.{i / 100}.{i % 100 * 2}")];
        await lab.Firewall.ApplyAsync(Policy([.. many, "127.7.0.2"]));
        await probe.DoAsync($"sendto 4 127.7.0.2 {peer.Port}");
        Of(lab.Sandbox.ReadTraffic(), lab, "127.7.0.2").Calls.Should().Be(2, "the larger memory goes on where the smaller ended");

        await lab.Firewall.ApplyAsync(Policy("127.7.0.1", "127.7.0.2"));
        Of(lab.Sandbox.ReadTraffic(), lab, "127.7.0.1").Calls.Should().Be(0);
        Of(lab.Sandbox.ReadTraffic(), lab, "127.7.0.2").Calls.Should().Be(2);
    }

    private static TrafficCount Of(SandboxTraffic traffic, Lab lab, string rule) =>
        traffic.ByRule[lab.Firewall.Policy.Rules.Single(known => known.Text == rule)];

    private static FirewallPolicy Policy(params string[] allowed)
    {
        FirewallPolicyBuilder builder = new();
        Array.ForEach(allowed, rule => builder.Allow(rule));
        return builder.Build();
    }
}

using EbpfFirewall.Decisions;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>
/// The order of network rules as the kernel follows it, by real connects: peers listen on every address of 127.0.0.0/8, and rules say
/// which of those may be reached.
/// </summary>
public sealed class PolicyOrderTests : IDisposable
{
    private readonly Peer _peer = Peer.Open("0.0.0.0");
    private readonly Peer _other = Peer.Open("0.0.0.0");
    private readonly Peer _peer6 = Peer.Open("::1");

    [KernelFact]
    public async Task The_longest_prefix_decides_and_ports_without_a_rule_fall_to_the_network_around()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder
            .Allow("127.1.0.0/16", $"127.1.2.3:{_peer.Port}")
            .Deny("127.1.2.0/24"));

        string[] results = await lab.ProbeAsync(
            Tcp("127.1.9.9", _peer), // /16 allows
            Tcp("127.1.2.9", _peer), // /24 denies
            Tcp("127.1.2.3", _peer), // /32 allows this port
            Tcp("127.1.2.3", _other), // the other falls to /24
            Tcp("127.2.0.1", _peer)); // loopback

        results.Should().Equal("ok", "EPERM", "ok", "EPERM", "EPERM");
        DecisionEvent[] decisions = await lab.EndAsync();
        decisions.Select(decision => (decision.Reason, decision.Rule?.Text)).Should().Equal(
            (DecisionReason.DeniedByRule, "127.1.2.0/24"), (DecisionReason.DeniedByRule, "127.1.2.0/24"), (DecisionReason.ForeignLoopback, null));
    }

    [KernelFact]
    public async Task On_one_network_ports_go_before_none_protocols_before_none_and_deny_before_allow()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder
            .Allow("127.1.0.1", "127.1.0.2", "127.1.0.3:1-65535", $"127.1.0.4:{_peer.Port}")
            .Deny($"127.1.0.1:{_peer.Port}", "tcp://127.1.0.2", $"127.1.0.3:{_peer.Port}", "127.1.0.4"));

        string[] results = await lab.ProbeAsync(
            Tcp("127.1.0.1", _peer), Tcp("127.1.0.1", _other),
            Tcp("127.1.0.2", _peer), Udp("127.1.0.2", _peer),
            Tcp("127.1.0.3", _peer), Tcp("127.1.0.3", _other),
            Tcp("127.1.0.4", _peer), Tcp("127.1.0.4", _other));

        results.Should().Equal("EPERM", "ok", "EPERM", "ok", "EPERM", "ok", "ok", "EPERM");
    }

    [KernelFact]
    public async Task Port_lists_and_ranges_hold_at_both_ends()
    {
        int port = _peer.Port;
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow(
            $"127.1.0.1:{port}-{port}", $"127.1.0.2:{port - 1},{port + 1}", $"127.1.0.3:1-{port}", $"127.1.0.4:{port}-65535", $"127.1.0.5:1-{port - 1}"));

        string[] results = await lab.ProbeAsync(
            [.. Enumerable.Range(1, 5).SelectMany(last => new[] { Tcp($"127.1.0.{last}", _peer), Udp($"127.1.0.{last}", _peer) })]);

        results.Should().Equal("ok", "ok", "EPERM", "EPERM", "ok", "ok", "ok", "ok", "EPERM", "EPERM");
    }

    [KernelFact]
    public async Task A_mapped_destination_meets_the_ipv4_rules_and_ipv6_has_its_own()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder
            .Allow($"127.1.0.1:{_peer.Port}", $"[::1]:{_peer6.Port}")
            .Deny("127.1.0.2"));

        string[] results = await lab.ProbeAsync(
            $"tcp 6 ::ffff:127.1.0.1 {_peer.Port}", $"udp 6 ::ffff:127.1.0.1 {_peer.Port}", $"sendto 6 ::ffff:127.1.0.1 {_peer.Port}",
            $"tcp 6 ::ffff:127.1.0.2 {_peer.Port}", $"udp 6 ::ffff:127.1.0.2 {_peer.Port}", $"sendto 6 ::ffff:127.1.0.2 {_peer.Port}",
            $"tcp 6 ::1 {_peer6.Port}", $"udp 6 ::1 {_peer6.Port}");

        results.Should().Equal("ok", "ok", "ok", "EPERM", "EPERM", "EPERM", "ok", "ok");
    }

    [KernelFact]
    public async Task A_rule_for_everything_spares_loopback_and_reserved_destinations()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow("0.0.0.0/0", "::/0"));

        string[] results = await lab.ProbeAsync(
            Tcp("127.0.0.1", _peer), "tcp 4 169.254.169.254 80", "tcp 6 fd00:ec2::254 80", "sendto 4 224.0.0.251 5353", "sendto 4 255.255.255.255 9");

        results.Should().AllBe("EPERM");
        (await lab.EndAsync())[1..].Should().OnlyContain(decision => decision.Reason == DecisionReason.ReservedDestination);
    }

    [KernelFact]
    public async Task In_a_deny_list_what_no_rule_names_is_allowed()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Deny("127.1.0.0/16", "192.0.2.0/24", $"[2001:db8::]/32:443"));

        string[] results = await lab.ProbeAsync(
            Tcp("127.1.0.1", _peer), "tcp 4 192.0.2.1 80", "udp 4 192.0.2.1 80", "tcp 6 ::ffff:192.0.2.1 80", "tcp 6 2001:db8::1 443");

        results.Should().AllBe("EPERM");
        (await lab.EndAsync()).Should().OnlyContain(decision => decision.Reason == DecisionReason.DeniedByRule);
    }

    [KernelFact]
    public async Task As_many_ports_as_a_network_may_have_are_all_looked_at_and_one_more_is_an_error()
    {
        // Every second port, the peer's last: no two can be joined to a range.
        int[] ports = [.. Enumerable.Range(1, 127).Select(i => i * 2), _peer.Port];
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow($"198.51.100.7:{string.Join(',', ports)}"));

        FirewallBuilder tooLarge = new FirewallBuilder().Allow($"198.51.100.7:{string.Join(',', ports)},65535");

        (await tooLarge.Awaiting(builder => builder.StartAsync()).Should().ThrowAsync<EgressFirewallException>())
            .Where(error => error.Code == ErrorCodes.PolicyTooLarge);
    }

    public void Dispose()
    {
        _peer.Dispose();
        _other.Dispose();
        _peer6.Dispose();
    }

    private static string Tcp(string address, Peer peer) => $"tcp 4 {address} {peer.Port}";

    private static string Udp(string address, Peer peer) => $"udp 4 {address} {peer.Port}";
}

using System.Net;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>Connections that are open while the policy changes.</summary>
public sealed class LiveFlowTests : IDisposable
{
    private readonly LocalAddress? _host = KernelRequirement.ReasonToSkip is null ? new LocalAddress(77) : null;

    private IPAddress Host => _host!.Address;

    [KernelTheory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public async Task One_that_the_new_policy_does_not_allow_ends_at_once_with_an_error(string kind)
    {
        using Peer peer = Peer.Open($"{Host}");
        await using Lab lab = await Lab.StartAsync(firewall => firewall.Allow($"{Host}"));
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Sandbox);
        (await probe.DoAsync($"hold {kind} 4 {Host} {peer.Port}")).Should().Be("ok");
        (await probe.DoAsync("use")).Should().Be("ok");

        await lab.Firewall.ApplyAsync(Allow("192.0.2.1"));

        (await probe.DoAsync("end")).Should().Be("ECONNABORTED");
    }

    [KernelTheory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public async Task One_that_both_allow_goes_on(string kind)
    {
        using Peer peer = Peer.Open($"{Host}");
        await using Lab lab = await Lab.StartAsync(firewall => firewall.Allow($"{Host}"));
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Sandbox);
        (await probe.DoAsync($"hold {kind} 4 {Host} {peer.Port}")).Should().Be("ok");

        await lab.Firewall.ApplyAsync(Allow("203.0.113.0/24"));

        (await probe.DoAsync("use")).Should().Be("ok");
        (await probe.DoAsync("use")).Should().Be("ok");
    }

    [KernelTheory]
    [InlineData("a.test", true)]
    [InlineData("*.test", true)]
    [InlineData("b.test", false)]
    [InlineData("a.test:1", false)]
    public async Task One_that_a_name_opened_goes_on_while_the_policy_still_opens_that_name(string rule, bool goesOn)
    {
        using Peer peer = Peer.Open($"{Host}");
        using NameServer names = new(Host, ttlSeconds: 1);
        await using Lab lab = await Lab.StartAsync(firewall => firewall.Allow("a.test").UseDnsUpstream(names.EndPoint));
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Sandbox);
        (await probe.DoAsync($"hold tcp 4 a.test {peer.Port}")).Should().Be("ok");

        await lab.Firewall.ApplyAsync(Allow(rule));

        (await probe.DoAsync(goesOn ? "use" : "end")).Should().Be(goesOn ? "ok" : "ECONNABORTED");
        (await probe.DoAsync($"tcp 4 {Host} {peer.Port}")).Should().Be(goesOn ? "ok" : "EPERM");
    }

    [KernelFact]
    public async Task One_to_a_name_that_a_deny_list_now_denies_ends()
    {
        using Peer peer = Peer.Open($"{Host}");
        using NameServer names = new(Host);
        await using Lab lab = await Lab.StartAsync(firewall => firewall.Deny("b.test").UseDnsUpstream(names.EndPoint));
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Sandbox);
        (await probe.DoAsync($"hold tcp 4 a.test {peer.Port}")).Should().Be("ok");

        await lab.Firewall.ApplyAsync(new FirewallPolicyBuilder().Deny("a.test").Build());

        (await probe.DoAsync("end")).Should().Be("ECONNABORTED");
        (await probe.DoAsync($"tcp 4 {Host} {peer.Port}")).Should().Be("EPERM");
    }

    [KernelTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_strict_TTLs_one_ends_with_the_answer_that_led_there_and_else_it_goes_on(bool strict)
    {
        using Peer peer = Peer.Open($"{Host}");
        using var lab = new KernelLab(policy => policy.Allow("a.test").UseStrictTtl(strict));
        lab.Grant("a.test", Host, TimeSpan.FromSeconds(2)).Should().BeTrue();
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Start);
        (await probe.DoAsync($"hold tcp 4 {Host} {peer.Port}")).Should().Be("ok");
        (await probe.DoAsync("use")).Should().Be("ok");

        while (await probe.DoAsync($"sendto 4 {Host} {peer.Port}") == "ok")
        {
            // until the grant ends; connections that nobody accepts would fill the listener's queue
        }

        while (lab.EndFlows() == 0 && strict)
        {
            // our clock is a tick behind the kernel's at most
        }

        (await probe.DoAsync(strict ? "end" : "use")).Should().Be(strict ? "ECONNABORTED" : "ok");
    }

    [KernelFact]
    public async Task Those_of_processes_outside_the_sandbox_are_left_alone()
    {
        using Peer peer = Peer.Open($"{Host}");
        using var outside = new System.Net.Sockets.TcpClient();
        await outside.ConnectAsync(Host, peer.Port);
        await using Lab lab = await Lab.StartAsync(firewall => firewall.Allow($"{Host}"));

        await lab.Firewall.ApplyAsync(Allow("192.0.2.1"));

        await FluentActions.Awaiting(() => outside.GetStream().WriteAsync(new byte[1]).AsTask()).Should().NotThrowAsync();
        outside.Client.Poll(0, System.Net.Sockets.SelectMode.SelectError).Should().BeFalse();
    }

    public void Dispose() => _host?.Dispose();

    private static FirewallPolicy Allow(string rule) => new FirewallPolicyBuilder().Allow(rule).Build();
}

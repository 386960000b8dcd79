using System.Globalization;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>A policy is replaced while programs run under it.</summary>
public sealed class PolicyChangeTests
{
    private const string BothAllow = "127.7.0.2";
    private const string NeitherAllows = "127.7.0.4";
    private static readonly string[] One = ["127.7.0.1", BothAllow, "127.9.0.0/16"];
    private static readonly string[] Other = [BothAllow, "127.7.0.3"];

    [KernelFact]
    public async Task While_policies_change_nothing_passes_that_neither_allows_and_nothing_is_stopped_that_both_do()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await StartAsync(One);
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Sandbox);

        Task<string> burst = probe.DoAsync($"burst 5 {peer.Port} {BothAllow} {NeitherAllows}");
        int changes = 0;
        while (!burst.IsCompleted)
        {
            await lab.Firewall.ApplyAsync(Policy(++changes % 2 == 0 ? One : Other));
        }

        (await burst).Should().StartWith("ok ");
        changes.Should().BeGreaterThan(20);
        int sent = int.Parse((await burst)[3..], CultureInfo.InvariantCulture);
        sent.Should().BeGreaterThan(1000);
        (await lab.EndAsync()).Should().OnlyContain(decision => decision.Destination!.Address.ToString() == NeitherAllows);
    }

    [KernelFact]
    public async Task The_new_policy_is_in_force_when_the_call_returns()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await StartAsync(One);
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Sandbox);
        for (int i = 0; i < 20; i++)
        {
            bool isOne = i % 2 == 0;
            await lab.Firewall.ApplyAsync(Policy(isOne ? One : Other));

            (await probe.DoAsync($"sendto 4 127.7.0.1 {peer.Port}")).Should().Be(isOne ? "ok" : "EPERM");
            (await probe.DoAsync($"tcp 4 127.7.0.3 {peer.Port}")).Should().Be(isOne ? "EPERM" : "ok");
        }
    }

    [KernelFact]
    public async Task A_policy_too_large_for_its_memory_moves_to_a_larger_one_without_a_gap()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await StartAsync(One);
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Sandbox);

        Task<string> burst = probe.DoAsync($"burst 4 {peer.Port} {BothAllow} {NeitherAllows}");
        foreach (int networks in (int[])[2_000, 100, 20_000])
        {
            string[] many = [.. Enumerable.Range(0, networks).Select(i => $"10.{i >> 12}.{(i >> 4) & 255}.{(i & 15) * 2}")];
            await lab.Firewall.ApplyAsync(Policy([.. many, .. Other]));
            await lab.Firewall.ApplyAsync(Policy(One));
        }

        (await burst).Should().StartWith("ok ");
        (await probe.DoAsync($"tcp 4 127.7.0.1 {peer.Port}")).Should().Be("ok");
        (await probe.DoAsync($"tcp 4 127.7.0.3 {peer.Port}")).Should().Be("EPERM");
    }

    [KernelFact]
    public async Task Events_name_the_rule_and_revision_of_the_policy_that_decided()
    {
        await using Lab lab = await StartAsync(One);
        ProbeSession probe = await ProbeSession.StartAsync(lab.Sandbox);

        await probe.DoAsync("tcp 4 192.0.2.1 80");
        await lab.Firewall.ApplyAsync(new FirewallPolicyBuilder().Allow("192.0.2.0/24").Deny("192.0.2.9").Build().WithRevision(7));
        await probe.DoAsync("tcp 4 192.0.2.9 80");
        await lab.Firewall.ApplyAsync(Policy(One));

        probe.Dispose();
        DecisionEvent[] decisions = await lab.EndAsync();
        decisions.Select(decision => (decision.Rule?.Text, decision.Revision)).Should().Equal((null, 1), ("192.0.2.9", 7));
        lab.Firewall.Policy.Rules.Select(rule => rule.Text).Should().Equal(One);
    }

    [KernelFact]
    public async Task A_sandbox_made_afterwards_has_the_new_policy()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await StartAsync(One);

        await lab.Firewall.ApplyAsync(Policy(Other));
        await using ISandbox late = await lab.Firewall.CreateSandboxAsync("late", Lab.AsOurselves);

        (await Probe.RunAsync(late, $"tcp 4 127.7.0.1 {peer.Port}", $"tcp 4 127.7.0.3 {peer.Port}")).Should().Equal("EPERM", "ok");
    }

    [KernelFact]
    public async Task A_policy_that_cannot_be_applied_leaves_the_one_before()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await StartAsync(One);
        string ports = string.Join(',', Enumerable.Range(1, 200).Select(i => i * 3));

        await FluentActions.Awaiting(() => lab.Firewall.ApplyAsync(Policy($"192.0.2.1:{ports}")))
            .Should().ThrowAsync<EgressFirewallException>().Where(error => error.Code == ErrorCodes.PolicyTooLarge);
        await FluentActions.Awaiting(() => lab.Firewall.ApplyAsync(new FirewallPolicyBuilder().UseMode(PolicyMode.Disabled).Build()))
            .Should().ThrowAsync<ArgumentException>();

        (await lab.ProbeAsync($"tcp 4 127.7.0.1 {peer.Port}", $"tcp 4 127.7.0.3 {peer.Port}")).Should().Equal("ok", "EPERM");
        lab.Firewall.Policy.Rules.Should().HaveCount(One.Length);
    }

    private static FirewallPolicy Policy(params string[] allowed)
    {
        FirewallPolicyBuilder builder = new();
        Array.ForEach(allowed, rule => builder.Allow(rule));
        return builder.Build();
    }

    private static Task<Lab> StartAsync(string[] allowed) => Lab.StartAsync(firewall => firewall.Allow(allowed));
}

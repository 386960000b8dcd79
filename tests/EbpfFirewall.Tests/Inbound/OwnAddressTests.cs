using EbpfFirewall.Decisions;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Inbound;

/// <summary>An address of an interface of the host leads to the host's listeners, as loopback does.</summary>
public sealed class OwnAddressTests
{
    [KernelTheory]
    [InlineData("-192.0.2.1")]
    [InlineData("10.0.0.0/8")]
    public async Task Listeners_of_others_are_refused_at_once(string rule)
    {
        await using OutsideLab outside = await OutsideLab.StartAsync();
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await StartAsync(rule);

        string[] results = await lab.ProbeAsync(
            $"tcp 4 {outside.OwnAddress} {peer.Port}", $"udp 4 {outside.OwnAddress} {peer.Port}", $"sendto 6 ::ffff:{outside.OwnAddress} {peer.Port}");

        results.Should().Equal("EPERM", "EPERM", "EPERM");
        peer.HasConnection.Should().BeFalse();
        peer.HasDatagram.Should().BeFalse();
        (await lab.EndAsync()).Should().OnlyContain(decision => decision.Reason == DecisionReason.ForeignLoopback);
    }

    [KernelFact]
    public async Task Its_own_listeners_are_reached()
    {
        await using OutsideLab outside = await OutsideLab.StartAsync();
        await using Lab lab = await StartAsync("192.0.2.1");

        string[] results = await lab.ProbeAsync($"own-tcp 4 0.0.0.0 {outside.OwnAddress}", $"own-udp 4 {outside.OwnAddress} {outside.OwnAddress}");

        results.Should().Equal("ok", "ok");
    }

    [KernelFact]
    public async Task A_rule_that_names_the_address_opens_it()
    {
        await using OutsideLab outside = await OutsideLab.StartAsync();
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await StartAsync($"{outside.OwnAddress}:{peer.Port}");

        string[] results = await lab.ProbeAsync($"tcp 4 {outside.OwnAddress} {peer.Port}", $"udp 4 {outside.OwnAddress} {peer.Port}");

        results.Should().Equal("ok", "ok");
    }

    [KernelFact]
    public async Task An_address_that_comes_later_is_one_as_well()
    {
        await using OutsideLab outside = await OutsideLab.StartAsync(withOwnAddress: false);
        using Peer peer = Peer.Open("0.0.0.0");
        await using Lab lab = await StartAsync("-192.0.2.1");
        await outside.AddOwnAddressAsync();

        string result = "ok";
        for (long until = Environment.TickCount64 + 30_000; result == "ok" && Environment.TickCount64 < until;)
        {
            result = (await lab.ProbeAsync($"tcp 4 {outside.OwnAddress} {peer.Port}"))[0];
        }

        result.Should().Be("EPERM");
    }

    private static Task<Lab> StartAsync(string rule) =>
        Lab.StartAsync(builder => _ = rule[0] == '-' ? builder.Deny(rule[1..]) : builder.Allow(rule));
}

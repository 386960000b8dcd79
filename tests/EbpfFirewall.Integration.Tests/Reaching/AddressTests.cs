using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Reaching;

/// <summary>Address and network rules, against every way of sending.</summary>
[Collection(LabCollection.Name)]
public sealed class AddressTests(LabFixture lab)
{
    [KernelTheory]
    [MemberData(nameof(Attempts.Ordinary), MemberType = typeof(Attempts))]
    public async Task Only_the_allowed_address_is_reached(string attempt, AddressKind kind)
    {
        Watch watch = await lab.WatchAsync();

        ProbeReport[] reports = await lab.ProbeAsync(
            Rules.AllowedHost,
            kind,
            [Attempts.Arguments(attempt, kind, World.Allowed), Attempts.Arguments(attempt, kind, World.Forbidden)]);

        reports[0].ShouldReach();
        reports[1].ShouldBeDenied();
        watch.ArrivedAt(World.Allowed).Should().NotBeEmpty();
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden, reports[1]);
    }

    [KernelTheory]
    [MemberData(nameof(Attempts.Ordinary), MemberType = typeof(Attempts))]
    public async Task A_deny_list_denies_just_the_listed_address(string attempt, AddressKind kind)
    {
        Watch watch = await lab.WatchAsync();

        ProbeReport[] reports = await lab.ProbeAsync(
            Rules.Deny(World.Forbidden.V4, World.Forbidden.V6),
            kind,
            [Attempts.Arguments(attempt, kind, World.Extra), Attempts.Arguments(attempt, kind, World.Forbidden)]);

        reports[0].ShouldReach();
        reports[1].ShouldBeDenied();
        watch.ArrivedAt(World.Extra).Should().NotBeEmpty();
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden, reports[1]);
    }

    [KernelTheory]
    [InlineData("tcp", AddressKind.IPv4)]
    [InlineData("tcp", AddressKind.IPv6)]
    [InlineData("tcp", AddressKind.Mapped)]
    [InlineData("udp-connect", AddressKind.IPv4)]
    [InlineData("udp-sendto", AddressKind.IPv6)]
    [InlineData("udp-sendto", AddressKind.Mapped)]
    public async Task An_allowed_address_with_another_port_is_denied(string attempt, AddressKind kind)
    {
        Watch watch = await lab.WatchAsync();

        ProbeReport[] reports = await lab.ProbeAsync(
            Rules.Allow($"{World.Allowed.V4}:{World.EchoPort}", $"[{World.Allowed.V6}]:{World.EchoPort}"),
            kind,
            [
                Attempts.Arguments(attempt, kind, World.Allowed),
                Attempts.Arguments(attempt, kind, World.Allowed, World.OtherEchoPort),
            ]);

        reports[0].ShouldReach();
        reports[1].ShouldBeDenied();
        watch.ArrivedAt(World.Allowed).Should().OnlyContain(record => record.Local.Port == World.EchoPort);
    }

    [KernelFact]
    public async Task A_list_and_a_range_of_ports_mean_each_of_them()
    {
        ProbeReport[] reports = await lab.ProbeAsync(
            Rules.Allow($"{World.Allowed.V4}:22,9000-{World.EchoPort}"),
            AddressKind.IPv4,
            [
                ["tcp", World.Allowed.V4, "22"],
                ["tcp", World.Allowed.V4, $"{World.EchoPort}"],
                ["tcp", World.Allowed.V4, $"{World.OtherEchoPort}"],
                ["tcp", World.Allowed.V4, "853"],
            ]);

        reports[0].ShouldReach();
        reports[1].ShouldReach();
        reports[2].ShouldBeDenied();
        reports[3].ShouldBeDenied();
    }

    [KernelTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    [InlineData(AddressKind.Mapped)]
    public async Task A_denied_address_inside_an_allowed_network_is_denied(AddressKind kind)
    {
        Watch watch = await lab.WatchAsync();

        ProbeReport[] reports = await lab.ProbeAsync(
            [.. Rules.Allow(World.Network4, World.Network6), .. Rules.Deny(World.Forbidden.V4, World.Forbidden.V6)],
            kind,
            [Attempts.Arguments("tcp", kind, World.Extra), Attempts.Arguments("tcp", kind, World.Forbidden)]);

        reports[0].ShouldReach();
        reports[1].ShouldBeDenied();
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden);
    }

    [KernelTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    [InlineData(AddressKind.Mapped)]
    public async Task An_allowed_address_inside_a_denied_network_is_reached(AddressKind kind)
    {
        ProbeReport[] reports = await lab.ProbeAsync(
            [.. Rules.Deny(World.Network4, World.Network6), .. Rules.AllowedHost],
            kind,
            [Attempts.Arguments("tcp", kind, World.Allowed), Attempts.Arguments("tcp", kind, World.Extra)]);

        reports[0].ShouldReach();
        reports[1].ShouldBeDenied();
    }

    [KernelFact]
    public async Task An_ipv4_mapped_rule_means_the_ipv4_address()
    {
        ProbeReport[] plain = await lab.ProbeAsync(
            Rules.Allow($"::ffff:{World.Allowed.V4}"), AddressKind.IPv4, [Attempts.Arguments("tcp", AddressKind.IPv4, World.Allowed)]);
        ProbeReport[] mapped = await lab.ProbeAsync(
            Rules.Allow($"::ffff:{World.Allowed.V4}"), AddressKind.Mapped, [Attempts.Arguments("tcp", AddressKind.Mapped, World.Allowed)]);

        plain[0].ShouldReach();
        mapped[0].ShouldReach();
    }

    [KernelFact]
    public async Task A_rule_for_one_family_says_nothing_about_the_other()
    {
        ProbeReport denied = await lab.ProbeAsync(
            Rules.Allow(World.Allowed.V4), AddressKind.IPv6, "tcp", World.Allowed.V6, $"{World.EchoPort}");

        denied.ShouldBeDenied();
    }

    [KernelFact]
    public async Task A_batch_with_one_denied_datagram_sends_the_others()
    {
        Watch watch = await lab.WatchAsync();
        string port = $"{World.EchoPort}";

        ProbeReport report = await lab.ProbeAsync(
            Rules.AllowedHost, AddressKind.IPv4, "udp-sendmmsg", World.Allowed.V4, port, World.Forbidden.V4, port);

        report["sendmmsg"].Detail.Should().Be("1 of 2", "{0}", report);
        watch.ArrivedAt(World.Allowed).Should().ContainSingle();
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden);
    }
}

using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Reaching;

/// <summary>Name rules, as curl and the resolver of the C library see them.</summary>
[Collection(LabCollection.Name)]
public sealed class NameTests(LabFixture lab)
{
    /// <summary>curl: "couldn't resolve host".</summary>
    private const int NotResolved = 6;

    [KernelTheory]
    [InlineData("allowed.test", "-4")]
    [InlineData("allowed.test", "-6")]
    [InlineData("ALLOWED.Test", "-4")]
    [InlineData("ALLOWED.test.", "-4")]
    [InlineData("sub.allowed.test", "-4")]
    [InlineData("sub.allowed.test", "-6")]
    [InlineData("Deep.Sub.Allowed.Test.", "-6")]
    public async Task An_allowed_name_is_reached(string name, string family)
    {
        FirewalledRun run = await lab.RunAsync(Rules.AllowedName, "curl", "-sS", family, $"http://{name}/");

        run.ExitCode.Should().Be(0, "{0}", run);
        run.Result.Output.Should().Contain("reached");
        run.Blocked.Should().BeEmpty("{0}", run);
    }

    [KernelTheory]
    [InlineData("other.test")]
    [InlineData("evilallowed.test")]
    [InlineData("allowed.test.evil.test")]
    [InlineData("test")]
    [InlineData("allowed")]
    public async Task Any_other_name_is_refused_and_its_query_never_leaves(string name)
    {
        Watch watch = await lab.WatchAsync();

        FirewalledRun run = await lab.RunAsync(Rules.AllowedName, "curl", "-sS", $"http://{name}/");

        run.ExitCode.Should().Be(NotResolved, "{0}", run);
        run.Blocked.Should().Contain(record => record.BlockedAt == "dns" && record.Domains.Contains(name), "{0}", run);
        (await watch.PacketsAsync(packet => packet.DestinationPort == 53)).Should().BeEmpty("{0}", run);
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden);
    }

    [KernelTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    [InlineData(AddressKind.Mapped)]
    public async Task An_allowed_name_opens_its_address_for_every_kind_of_socket(AddressKind kind)
    {
        ProbeReport[] reports = await lab.ProbeAsync(
            Rules.AllowedName,
            kind,
            [["tcp", "allowed.test", $"{World.EchoPort}"], ["udp-sendto", "allowed.test", $"{World.EchoPort}"]]);

        reports[0].ShouldReach();
        reports[1].ShouldReach();
    }

    [KernelTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    [InlineData(AddressKind.Mapped)]
    public async Task An_address_is_closed_until_an_allowed_name_leads_to_it(AddressKind kind)
    {
        string address = World.Allowed.Address(kind);

        ProbeReport[] reports = await lab.ProbeAsync(
            Rules.AllowedName,
            kind,
            [
                ["tcp", address, $"{World.EchoPort}"],
                ["tcp", "allowed.test", $"{World.EchoPort}"],
                ["tcp", address, $"{World.EchoPort}"],
            ]);

        reports[0].ShouldBeDenied();
        reports[1].ShouldReach();
        reports[2].ShouldReach();
    }

    [KernelFact]
    public async Task The_ports_of_a_name_rule_hold_at_its_address()
    {
        ProbeReport[] reports = await lab.ProbeAsync(
            Rules.Allow($"allowed.test:{World.EchoPort}"),
            AddressKind.IPv4,
            [["tcp", "allowed.test", $"{World.EchoPort}"], ["tcp", "allowed.test", $"{World.OtherEchoPort}"]]);

        reports[0].ShouldReach();
        reports[1].ShouldBeDenied();
    }

    [KernelTheory]
    [InlineData("ALLOWED.Test.", "allowed.test", 0)]
    [InlineData("=allowed.test", "allowed.test", 0)]
    [InlineData("=allowed.test", "sub.allowed.test", NotResolved)]
    [InlineData("*.allowed.test", "sub.allowed.test", 0)]
    [InlineData("*.allowed.test", "deep.sub.allowed.test", 0)]
    [InlineData("*.allowed.test", "allowed.test", NotResolved)]
    [InlineData("sub.allowed.test", "allowed.test", NotResolved)]
    public async Task A_name_rule_matches_what_its_form_says(string rule, string name, int exitCode)
    {
        FirewalledRun run = await lab.RunAsync(Rules.Allow(rule), "curl", "-sS", $"http://{name}/");

        run.ExitCode.Should().Be(exitCode, "{0}", run);
    }

    [KernelFact]
    public async Task A_deny_list_refuses_the_listed_name_alone()
    {
        FirewalledRun denied = await lab.RunAsync(Rules.Deny("other.test"), "curl", "-sS", "http://OTHER.test/");
        FirewalledRun open = await lab.RunAsync(Rules.Deny("other.test"), "curl", "-sS", "http://extra.test/");

        denied.ExitCode.Should().Be(NotResolved, "{0}", denied);
        open.ExitCode.Should().Be(0, "{0}", open);
        open.Blocked.Should().BeEmpty();
    }

    [KernelFact]
    public async Task A_denied_sub_domain_of_an_allowed_name_is_refused()
    {
        FirewalledRun denied = await lab.RunAsync(
            [.. Rules.AllowedName, .. Rules.Deny("sub.allowed.test")], "curl", "-sS", "http://sub.allowed.test/");
        FirewalledRun open = await lab.RunAsync(
            [.. Rules.AllowedName, .. Rules.Deny("sub.allowed.test")], "curl", "-sS", "http://allowed.test/");

        denied.ExitCode.Should().Be(NotResolved, "{0}", denied);
        open.ExitCode.Should().Be(0, "{0}", open);
    }

    [KernelFact]
    public async Task A_denied_network_beats_an_allowed_name()
    {
        Watch watch = await lab.WatchAsync();

        ProbeReport report = await lab.ProbeAsync(
            [.. Rules.AllowedName, .. Rules.Deny(World.Network4, World.Network6)],
            AddressKind.IPv4,
            "tcp",
            "allowed.test",
            $"{World.EchoPort}");

        report.Reached.Should().BeFalse("{0}", report);
        watch.ArrivedAt(World.Allowed).Should().BeEmpty();
    }

    [KernelFact]
    public async Task An_allowed_network_does_not_rescue_a_denied_name()
    {
        FirewalledRun run = await lab.RunAsync(
            [.. Rules.Allow(World.Network4, World.Network6), .. Rules.Deny("other.test")], "curl", "-sS", "http://other.test/");

        run.ExitCode.Should().Be(NotResolved, "{0}", run);
    }
}

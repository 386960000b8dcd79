using System.Collections.Immutable;
using EbpfFirewall.Integration.Tests.Infrastructure;
using EbpfFirewall.TestKit.Servers;

namespace EbpfFirewall.Integration.Tests.Reaching;

/// <summary>Cloud metadata, link-local, multicast, broadcast and embedded addresses.</summary>
[Collection(LabCollection.Name)]
public sealed class ReservedDestinationTests(LabFixture lab)
{
    [KernelTheory]
    [MemberData(nameof(SpecialDestinations.All), MemberType = typeof(SpecialDestinations))]
    public async Task Without_the_firewall_a_datagram_leaves(string address, AddressKind kind)
    {
        Watch watch = await lab.WatchAsync();

        ProbeReport report = await lab.ProbeOpenlyAsync(kind, IsBroadcast(address) ? "udp-broadcast" : "udp-away", address, $"{World.EchoPort}");

        report["sendto"].Error.Should().Be("OK", "{0}", report);
        (await EchoPacketsAsync(watch)).Should().NotBeEmpty();
    }

    [KernelTheory]
    [MemberData(nameof(SpecialDestinations.All), MemberType = typeof(SpecialDestinations))]
    public async Task An_allow_list_denies_it(string address, AddressKind kind) =>
        await ShouldBeDeniedAsync(address, kind, "EPERM", "--allow", World.Allowed.V4);

    [KernelTheory]
    [MemberData(nameof(SpecialDestinations.All), MemberType = typeof(SpecialDestinations))]
    public async Task A_deny_list_denies_it_too(string address, AddressKind kind)
    {
        // A deny-list refuses SO_BROADCAST, and without it the kernel answers with an error of its own where we would not.
        string error = address == "198.51.100.255" ? "EACCES" : "EPERM";

        await ShouldBeDeniedAsync(address, kind, error, [.. Rules.DenyElsewhere]);
    }

    [KernelTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    [InlineData(AddressKind.Mapped)]
    public async Task The_metadata_service_is_denied_over_http_and_the_event_says_why(AddressKind kind)
    {
        FirewalledRun run = await lab.RunAsync(
            Rules.DenyElsewhere, "curl", "-sS", "--max-time", "5", $"http://{World.Metadata.UrlAddress(kind)}/latest/meta-data/");

        run.ExitCode.Should().Be(7, "{0}", run);
        run.Blocked.Should().Contain(
            record => record.IsAbout(World.Metadata.Address(kind)) && record.Reason == "ReservedDestination", "{0}", run);
    }

    [KernelTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    [InlineData(AddressKind.Mapped)]
    public async Task A_rule_that_names_the_metadata_service_opens_it(AddressKind kind)
    {
        ProbeReport report = await lab.ProbeAsync(
            Rules.Allow(World.Metadata.Address(kind)), kind, "tcp", World.Metadata.Address(kind), $"{World.EchoPort}");

        report.ShouldReach();
    }

    [KernelFact]
    public async Task An_allowed_network_around_it_does_not_open_the_metadata_service_by_accident()
    {
        Watch watch = await lab.WatchAsync();

        ProbeReport report = await lab.ProbeAsync(
            Rules.Allow("0.0.0.0/0", "::/0"), AddressKind.IPv4, "tcp", World.Metadata.V4, $"{World.EchoPort}");

        report.ShouldBeDenied();
        await watch.ShouldHaveSeenNothingAtAsync(World.Metadata);
    }

    private static bool IsBroadcast(string address) => address.EndsWith(".255", StringComparison.Ordinal);

    private static Task<RecordedPacket[]> EchoPacketsAsync(Watch watch) =>
        watch.PacketsAsync(packet => packet.DestinationPort == World.EchoPort);

    private async Task ShouldBeDeniedAsync(string address, AddressKind kind, string error, params string[] options)
    {
        Watch watch = await lab.WatchAsync();

        // A broadcast address cannot be connected to without the option, firewall or not: that attempt would say nothing.
        string[] attempts = IsBroadcast(address) ? ["udp-broadcast"] : ["udp-away", "udp-connect"];
        ProbeReport[] reports = await lab.ProbeAsync(
            [.. options], kind, [.. attempts.Select(attempt => ImmutableArray.Create(attempt, address, $"{World.EchoPort}"))]);

        foreach (ProbeReport report in reports)
        {
            report.ShouldBeDenied(error);
        }

        (await EchoPacketsAsync(watch)).Should().BeEmpty();
    }
}

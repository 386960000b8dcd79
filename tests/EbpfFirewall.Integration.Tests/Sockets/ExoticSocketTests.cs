using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Sockets;

/// <summary>Raw, ping, UDP-Lite and the like, and headers that hide where a packet goes.</summary>
[Collection(LabCollection.Name)]
public sealed class ExoticSocketTests(LabFixture lab)
{
    private const int FamilyPacket = 17;
    private const int FamilyVsock = 40;
    private const int FamilyXdp = 44;
    private const int Stream = 1;
    private const int Datagram = 2;
    private const int Raw = 3;
    private const int Sctp = 132;

    [KernelTheory]
    [MemberData(nameof(Attempts.Refused), MemberType = typeof(Attempts))]
    public async Task A_socket_that_is_neither_tcp_nor_udp_is_refused_for_any_destination(string attempt, AddressKind kind)
    {
        Watch watch = await lab.WatchAsync();

        foreach (LabHost host in new[] { World.Allowed, World.Forbidden })
        {
            ProbeReport report = await lab.ProbeAsync(Rules.AllowedHost, kind, Attempts.Arguments(attempt, kind, host));

            report.Last.Name.Should().Be("socket", "{0}", report);
            report.Last.Error.Should().BeOneOf("EPERM", "EACCES");
            report.Last.Elapsed.Should().BeLessThan(ProbeAssertions.AtOnce);
        }

        (await watch.PacketsAsync(_ => true)).Should().BeEmpty();
    }

    [KernelTheory]
    [InlineData("ping", AddressKind.IPv4)]
    [InlineData("udplite-sendto", AddressKind.IPv6)]
    public async Task The_event_of_a_refused_socket_says_so(string attempt, AddressKind kind)
    {
        FirewalledRun run = await lab.RunAsync(Rules.AllowedHost, lab.Probe(kind, Attempts.Arguments(attempt, kind, World.Allowed)));

        run.Blocked.Should().Contain(record => record.Reason == "SocketType" && record.BlockedAt == "packet", "{0}", run);
    }

    [KernelTheory]
    [InlineData(FamilyPacket, Raw, 0)]
    [InlineData(FamilyPacket, Datagram, 0)]
    [InlineData(FamilyVsock, Stream, 0)]
    [InlineData(FamilyVsock, Datagram, 0)]
    [InlineData(FamilyXdp, Raw, 0)]
    [InlineData(2, Stream, Sctp)]
    [InlineData(10, Stream, Sctp)]
    [InlineData(2, Raw, 255)]
    [InlineData(10, Raw, 58)]
    public async Task Families_and_protocols_below_or_beside_ip_cannot_be_opened(int family, int type, int protocol)
    {
        ProbeReport report = await lab.ProbeAsync(Rules.AllowedHost, AddressKind.IPv4, "socket", $"{family}", $"{type}", $"{protocol}");

        // Kernels without SCTP answer EPROTONOSUPPORT by themselves.
        report.Reached.Should().BeFalse();
        report.Last.Error.Should().BeOneOf("EPERM", "EACCES", "EPROTONOSUPPORT", "EAFNOSUPPORT", "ESOCKTNOSUPPORT");
    }

    [KernelTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    [InlineData(AddressKind.Mapped)]
    public async Task Multipath_tcp_does_not_go_round_the_policy(AddressKind kind)
    {
        Watch watch = await lab.WatchAsync();

        ProbeReport report = await lab.ProbeAsync(Rules.AllowedHost, kind, Attempts.Arguments("mptcp", kind, World.Forbidden));

        report.ShouldBeDenied();
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden);
    }

    [KernelTheory]
    [MemberData(nameof(Attempts.HeaderTricks), MemberType = typeof(Attempts))]
    public async Task A_source_route_reaches_neither_its_end_nor_its_way_point(string attempt, AddressKind kind)
    {
        Watch watch = await lab.WatchAsync();
        string port = $"{World.EchoPort}";

        ProbeReport[] reports = await lab.ProbeAsync(
            Rules.AllowedHost,
            kind,
            [
                [attempt, World.Forbidden.Address(kind), port, World.Allowed.Address(kind)],
                [attempt, World.Allowed.Address(kind), port, World.Forbidden.Address(kind)],
            ]);

        reports.Should().OnlyContain(report => !report.Reached);
        (await watch.PacketsAsync(_ => true)).Should().BeEmpty();
    }
}

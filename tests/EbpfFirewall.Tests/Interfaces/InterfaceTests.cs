using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Sandboxes;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;
using static EbpfFirewall.Tests.Interfaces.InterfaceLab;

namespace EbpfFirewall.Tests.Interfaces;

/// <summary>A policy on an interface: the same decisions as on a cgroup, without anybody to attribute them to.</summary>
public sealed class InterfaceTests
{
    /// <summary>From port 9 of the guest to port 9 of the host, UDP, empty.</summary>
    private const string AllowedDatagram = "4500001c00004000401100000a4d00020a4d0001 0009000900080000";

    [KernelTheory]
    [InlineData(InterfaceSide.Guest, false)]
    [InlineData(InterfaceSide.Guest, true)]
    [InlineData(InterfaceSide.Network, false)]
    [InlineData(InterfaceSide.Network, true)]
    public async Task A_target_reaches_what_the_policy_allows_and_nothing_else(object side, bool classifiers)
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow(Host4).Allow(Host6), (InterfaceSide)side, classifiers);
        using Peer open4 = lab.Listen(Host4);
        using Peer open6 = lab.Listen(Host6);
        using Peer shut = lab.Listen(Host4Other);

        string[] results = lab.Take(
            $"try 4 {Host4} {open4.Port}", $"try 6 {Host6} {open6.Port}", $"try 4 {Host4Other} {shut.Port}",
            $"udp 4 {Host4Other} {shut.Port}", $"udp 4 {Host4} {open4.Port}");

        results[..3].Should().Equal("ok", "ok", "timeout");
        (await open4.ReceiveAsync()).Should().HaveCount(1);
        shut.HasConnection.Should().BeFalse();
        shut.HasDatagram.Should().BeFalse("it was sent before the one that has arrived");
        DecisionEvent[] decisions = lab.End();
        decisions.Where(decision => !decision.IsRepeat).Should().HaveCount(2, "a SYN that is sent again is a repeat");
        decisions.Should().OnlyContain(decision =>
            decision.Reason == DecisionReason.NotInAllowList && decision.Stage == DecisionStage.Packet
            && decision.Attribution == Attribution.Unknown && decision.Destination!.Address.Equals(IPAddress.Parse(Host4Other)));
        lab.Kernel.Traffic.ReadReason((int)DecisionReason.LinkControl).Packets.Should().BePositive("neighbours were found");
    }

    [KernelFact]
    public async Task Answers_and_errors_about_what_was_sent_come_back_and_nothing_else_does()
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow(Host4));
        using Socket listener = lab.Guest.Run(() => Bound(SocketType.Stream, Guest4));
        listener.Listen();
        using Socket guest = lab.Guest.Run(() => Bound(SocketType.Dgram, Guest4));
        using Socket host = lab.Host.Run(() => Bound(SocketType.Dgram, Host4));
        using Socket stranger = lab.Host.Run(() => Bound(SocketType.Dgram, Host4));

        TakeIn(lab.Host, $"try 4 {Guest4} {Port(listener)}").Should().Equal("timeout");
        stranger.SendTo([1], guest.LocalEndPoint!);
        guest.SendTo([1], host.LocalEndPoint!);
        EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
        host.ReceiveFrom(new byte[16], ref sender);
        stranger.SendTo([2], sender);
        host.SendTo([3], sender);

        byte[] got = new byte[16];
        guest.Receive(got).Should().Be(1);
        got[0].Should().Be(3, "what the stranger sent was dropped");
        lab.Take($"ask 4 {Host4} 9").Should().Equal(["ECONNREFUSED"], "the error about it came back");
        lab.End().Should().OnlyContain(decision => decision.Reason == DecisionReason.Inbound);
    }

    [KernelTheory]
    [InlineData("a VLAN tag", "8100 0007 0800" + AllowedDatagram)]
    [InlineData("two tags", "88a8 0007 8100 0007 0800" + AllowedDatagram)]
    [InlineData("an ethertype of its own", "88b5 0000")]
    [InlineData("a length instead of an ethertype", "0026 aaaa03")]
    [InlineData("LLDP", "88cc 0207")]
    public async Task Frames_of_other_kinds_do_not_pass(string kind, string frame)
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow("10.0.0.0/8"));

        lab.Take($"frame {GuestEnd} {frame.Replace(" ", "", StringComparison.Ordinal)}").Should().Equal("ok");

        SpinWait.SpinUntil(() => lab.Kernel.Traffic.ReadReason((int)DecisionReason.FrameType).Packets == 1, TimeSpan.FromSeconds(20))
            .Should().BeTrue(kind);
        lab.End().Should().ContainSingle(decision => decision.Reason == DecisionReason.FrameType);
    }

    [KernelTheory]
    [InlineData(DecisionReason.AllowedByRule, "0800" + AllowedDatagram)]
    [InlineData(DecisionReason.MalformedPacket, "0800 6500001c00004000401100000a4d00020a4d0001 0009000900080000")]
    [InlineData(DecisionReason.IpOptions, "0800 4600002000004000401100000a4d00020a4d000101010101 0009000900080000")]
    [InlineData(DecisionReason.Fragment, "0800 4500001c00002000401100000a4d00020a4d0001 0009000900080000")]
    [InlineData(DecisionReason.Protocol, "0800 4500001c00004000402f00000a4d00020a4d0001 0009000900080000")]
    [InlineData(DecisionReason.ForeignLoopback, "0800 4500001c00004000401100000a4d00027f000001 0009000900080000")]
    [InlineData(DecisionReason.LinkControl, "0800 450000200000400040110000000000 00ffffffff 0044004300080000")]
    [InlineData(DecisionReason.LinkControl, "0806 0001080006040001 0200000000010a4d0002 0000000000000a4d0001")]
    [InlineData(DecisionReason.FrameType, "0806 0006080006040001 0200000000010a4d0002 0000000000000a4d0001")]
    public async Task Every_packet_is_judged_by_what_is_in_it(DecisionReason reason, string frame)
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow("10.77.0.0/24"));
        ulong before = lab.Kernel.Traffic.ReadReason((int)reason).Packets;

        lab.Take($"frame {GuestEnd} {frame.Replace(" ", "", StringComparison.Ordinal)}").Should().Equal("ok");

        SpinWait.SpinUntil(() => Passed() > before, TimeSpan.FromSeconds(20)).Should().BeTrue();

        ulong Passed() => lab.Kernel.Traffic.ReadReason((int)reason).Packets + lab.Kernel.Traffic.ReadRule(0).Packets;
    }

    [KernelFact]
    public async Task Without_ARP_nobody_is_found()
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow(Host4), control: LinkControl.NeighbourDiscovery);
        using Peer peer = lab.Listen(Host4);

        lab.Take($"try 4 {Host4} {peer.Port}")[0].Should().BeOneOf("timeout", "EHOSTUNREACH");

        lab.End().Should().Contain(decision => decision.Reason == DecisionReason.FrameType);
    }

    [KernelFact]
    public async Task A_new_policy_cuts_live_connections_and_tells_their_sockets()
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow(Host4).Allow(Host4Other));
        using Peer peer = lab.Listen(Host4);
        using Peer other = lab.Listen(Host4Other);
        using ProbeSession cut = await ProbeSession.StartAsync(lab.Start);
        using ProbeSession kept = await ProbeSession.StartAsync(lab.Start);
        (await cut.DoAsync($"hold tcp 4 {Host4} {peer.Port}")).Should().Be("ok");
        (await kept.DoAsync($"hold tcp 4 {Host4Other} {other.Port}")).Should().Be("ok");

        lab.Grants.Use(lab.Image(policy => policy.Allow(Host4Other)));
        lab.EndFlows().Should().Be(1);

        (await cut.DoAsync("end")).Should().Be("ECONNABORTED");
        (await kept.DoAsync("use")).Should().Be("ok");
    }

    [KernelFact]
    public async Task A_connection_outlives_the_grant_that_admitted_it_and_a_new_one_does_not_begin()
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow("a.test"));
        using Peer peer = lab.Listen(Host4);
        lab.Grant("a.test", Host4, TimeSpan.FromSeconds(2)).Should().BeTrue();
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Start);
        (await probe.DoAsync($"hold tcp 4 {Host4} {peer.Port}")).Should().Be("ok");

        while (await probe.DoAsync($"try 4 {Host4} 9") == "ECONNREFUSED")
        {
            // until the grant ends: then nobody is asked
        }

        (await probe.DoAsync("use")).Should().Be("ok");
        SpinWait.SpinUntil(() => lab.Kernel.Traffic.ReadReason((int)DecisionReason.AdmittedFlow).Packets > 0, TimeSpan.FromSeconds(20)).Should().BeTrue();
    }

    [KernelTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_policy_that_needs_more_room_moves_and_connections_go_on(bool classifiers)
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow(Host4), classifiers: classifiers);
        using Peer peer = lab.Listen(Host4);
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Start);
        (await probe.DoAsync($"hold tcp 4 {Host4} {peer.Port}")).Should().Be("ok");

        lab.Grants.Use(lab.Image(policy =>
        {
            policy.Allow(Host4);
            for (int i = 0; i < 40_000; i++)
            {
                policy.Allow($"172.{16 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}");
            }
        }));

        lab.Kernel.Lines.Should().NotBeNull();
        (await probe.DoAsync("use")).Should().Be("ok");
        lab.Take($"try 4 {Host4} {peer.Port}", $"try 4 {Host4Other} {peer.Port}").Should().Equal("ok", "timeout");
    }

    [KernelTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_interface_that_goes_is_noticed_and_one_that_is_not_there_is_said_to_be_missing(bool classifiers)
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow(Host4), classifiers: classifiers);
        lab.Point.IsGone.Should().BeFalse();

        await IpAsync($"-n {lab.Host.Name} link del {HostEnd}");

        lab.Point.IsGone.Should().BeTrue();
        FluentActions.Invoking(() => new InterfacePoint(new InterfaceTarget(HostEnd, InterfaceSide.Guest, lab.Host.Path))
            .Attach(lab.Engine, default!, default!))
            .Should().Throw<EgressFirewallException>().Which.Code.Should().Be(ErrorCodes.InterfaceUnavailable);
    }

    [KernelFact]
    public async Task Detaching_leaves_the_interface_as_it_was()
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow(Host4), classifiers: true);
        using Peer shut = lab.Listen(Host4Other);
        lab.Take($"try 4 {Host4Other} {shut.Port}").Should().Equal("timeout");

        lab.Kernel.Dispose();

        lab.Take($"try 4 {Host4Other} {shut.Port}").Should().Equal("ok");
    }

    [KernelTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_policies_on_one_interface_hold_both_and_each_ends_alone(bool classifiers)
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow(Host4).Allow(Host4Other), classifiers: classifiers);
        using Peer both = lab.Listen(Host4);
        using Peer one = lab.Listen(Host4Other);
        using Peer none = lab.Listen(Host6);
        string[] steps = [$"try 4 {Host4} {both.Port}", $"try 4 {Host4Other} {one.Port}", $"try 6 {Host6} {none.Port}"];
        using var engine = KernelEngine.Create();
        PolicyImage image = lab.Image(policy => policy.Allow(Host4));
        KernelAttachment second = KernelAttachment.Create(
            engine,
            image,
            default,
            new InterfacePoint(new InterfaceTarget(HostEnd, InterfaceSide.Guest, lab.Host.Path, UseClassifiers: classifiers)),
            PinFolder.Create(SandboxId.Next()));
        second.Publish(image, []);

        lab.Take(steps).Should().Equal("ok", "timeout", "timeout");
        second.Dispose();

        lab.Take(steps).Should().Equal("ok", "ok", "timeout");
    }

    [KernelFact]
    public async Task What_a_dead_process_has_left_is_removed_where_it_is_and_nowhere_else()
    {
        await using InterfaceLab lab = await StartAsync(policy => policy.Allow(Host4), classifiers: true);
        using Peer shut = lab.Listen(Host4Other);

        lab.Guest.Run(() => Remove(lab.Pins));
        lab.Take($"try 4 {Host4Other} {shut.Port}").Should().Equal("timeout");
        lab.Host.Run(() => Remove(lab.Pins));

        lab.Take($"try 4 {Host4Other} {shut.Port}").Should().Equal("ok");
    }

    private static bool Remove(PinFolder pins)
    {
        InterfacePoint.RemoveLeftovers(pins);
        return true;
    }

    private static Socket Bound(SocketType type, string address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp)
        {
            ReceiveTimeout = 20_000,
        };
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return socket;
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}

using System.Globalization;
using System.Runtime.InteropServices;
using EbpfFirewall.Native.Netlink;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Links;

public sealed class DeviceLinkTests
{
    [FeatureFact(Link = BpfLinkType.Netfilter)]
    public void A_netfilter_program_drops_what_is_sent_while_its_link_lives()
    {
        const int InterNetwork = 2;
        const int Output = 3;
        using TestNetwork network = new();
        using BpfObject loaded = TestObject.Load("attach", "refuse");

        bool before = network.Send();
        BpfLink link = network.Run(() => loaded.Programs["refuse"].AttachToNetfilter(InterNetwork, Output, -5));
        bool during = network.Send();
        BpfLinkInfo info = link.GetInfo();
        link.Dispose();

        (before, during, network.Send()).Should().Be((true, false, true));
        loaded.Variables["hits"].Get<ulong>().Should().Be(1);
        info.Type.Should().Be(BpfLinkType.Netfilter);
    }

    [FeatureFact(Link = BpfLinkType.Netkit)]
    public void A_netkit_program_sees_what_leaves_by_the_primary_device()
    {
        using TestNetwork network = new();
        network.Run(static () => CreateNetkitPair("nk0", "nk1"));
        int primary = int.Parse(network.Execute("cat /sys/class/net/nk0/ifindex"), CultureInfo.InvariantCulture);
        using BpfObject loaded = TestObject.Load("attach", "on_netkit");
        using BpfLink link = network.Run(() => loaded.Programs["on_netkit"].AttachToInterface(primary));

        network.Execute("ip link set nk1 up; ip link set nk0 up; ip addr add 198.51.100.1/24 dev nk0 2>&1");
        network.Send("198.51.100.2");

        SpinWait.SpinUntil(() => loaded.Variables["hits"].Get<ulong>() > 0, TimeSpan.FromSeconds(10)).Should().BeTrue();
        BpfLinkInfo info = link.GetInfo();
        (info.Type, info.AttachType, info.InterfaceIndex).Should().Be((BpfLinkType.Netkit, BpfAttachType.NetkitPrimary, (uint)primary));
        network.Run(() => BpfAttachments.OfInterface(primary, BpfAttachType.NetkitPrimary)).Programs.Select(static p => p.LinkId).Should().Equal(info.Id);
    }

    private static Errno CreateNetkitPair(string primary, string peer)
    {
        const ushort NewLink = 16;
        const ushort Name = 3;
        const ushort LinkInformation = 18;
        const ushort Kind = 1;
        const ushort Data = 2;
        const ushort PeerInformation = 1;
        NetlinkMessage message = new NetlinkMessage(NewLink, NetlinkMessage.Acknowledge | NetlinkMessage.Create | NetlinkMessage.Exclusive)
            .Header(default(EmptyInterface))
            .Attribute(Name, primary)
            .Nested(LinkInformation, information => information
                .Attribute(Kind, "netkit")
                .Nested(Data, data => data.Nested(PeerInformation, description => description.Header(default(EmptyInterface)).Attribute(Name, peer))));
        using NetlinkSocket netlink = new(NetlinkSocket.Route);
        (Errno error, string? text) = netlink.Change(message);
        error.Should().Be(Errno.None, text);
        return error;
    }

    /// <summary><c>struct ifinfomsg</c> that says nothing.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private struct EmptyInterface;
}

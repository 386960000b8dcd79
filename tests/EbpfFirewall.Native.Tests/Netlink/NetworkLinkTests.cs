using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Netlink;

public sealed class NetworkLinkTests
{
    [KernelFact]
    public void The_loopback_interface_is_found_by_name_and_what_is_not_there_is_not()
    {
        using TestNetwork network = new();

        NetworkLink? loopback = network.Run(static () => NetworkLinks.Find("lo"));

        loopback.Should().Be(new NetworkLink(1, "lo", NetworkLink.Loopback, 0, null));
        network.Run(static () => NetworkLinks.Find("nowhere")).Should().BeNull();
    }

    [KernelFact]
    public void The_ends_of_a_veth_pair_name_each_other()
    {
        using TestNetwork network = new();
        network.Run(static () =>
        {
            using System.Diagnostics.Process ip = System.Diagnostics.Process.Start("ip", "link add a0 type veth peer name b0");
            ip.WaitForExit();
            return ip.ExitCode;
        }).Should().Be(0);

        NetworkLink[] ends = network.Run(static () => NetworkLinks.List().Where(link => link.Name is "a0" or "b0").ToArray());

        ends.Should().HaveCount(2).And.OnlyContain(link => link.HardwareType == NetworkLink.Ethernet);
        ends[0].PeerIndex.Should().Be(ends[1].Index);
        ends[1].PeerIndex.Should().Be(ends[0].Index);
    }
}

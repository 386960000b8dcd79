using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Links;

public sealed class NetworkLinkTests
{
    [FeatureFact(Link = BpfLinkType.Tcx)]
    public void A_tcx_link_sees_the_packets_of_its_interface_and_counts_runs()
    {
        using Process holder = Process.Start(new ProcessStartInfo("unshare", ["-n", "sh", "-c", "ip link set lo up; echo up; exec sleep 1000"]) { RedirectStandardOutput = true })!;
        try
        {
            holder.StandardOutput.ReadLine().Should().Be("up");
            using NetworkNamespace network = NetworkNamespace.OfProcess(holder.Id);
            using BpfObject loaded = BpfObject.Load(TestObject.Parse("net"));
            BpfProgram program = loaded.Programs["count"];
            using BpfStatistics statistics = BpfStatistics.Enable();
            using BpfLink link = network.Run(() => program.AttachToInterface(1));
            int sent = network.Run(static () =>
            {
                using UdpClient sender = new(AddressFamily.InterNetwork);
                return Enumerable.Range(0, 5).Sum(_ => sender.Send([1], new IPEndPoint(IPAddress.Loopback, 9)));
            });

            sent.Should().Be(5);
            ulong packets = loaded.Variables["packets"].Get<ulong>();
            packets.Should().BeGreaterThanOrEqualTo(5);
            BpfLinkInfo info = link.GetInfo();
            (info.Type, info.AttachType, info.InterfaceIndex).Should().Be((BpfLinkType.Tcx, BpfAttachType.TcxEgress, 1u));
            program.GetInfo().RunCount.Should().Be(packets);
            program.GetInfo().RunTime.Should().BeGreaterThan(TimeSpan.Zero);
            network.Run(() => program.Invoking(static p => p.AttachToInterface(12345)).Should().Throw<BpfException>().Which.Error)
                .Should().Be(Errno.ENODEV);
        }
        finally
        {
            holder.Kill();
            holder.WaitForExit();
        }
    }
}

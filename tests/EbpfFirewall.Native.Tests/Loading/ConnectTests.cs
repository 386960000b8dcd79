using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Loading;

public sealed class ConnectTests
{
    [KernelFact]
    public void A_program_attached_to_a_cgroup_decides_on_connects_inside_of_it_only()
    {
        using TcpListener denied = Listen(out ushort deniedPort);
        using TcpListener allowed = Listen(out ushort allowedPort);
        using TestCgroup cgroup = new("connect");
        BpfObjectSpec spec = TestObject.Parse("connect");
        spec.Variables["denied_port"].Set(deniedPort);
        using BpfObject loaded = BpfObject.Load(spec);
        using BpfLink link = loaded.Programs["on_connect"].AttachToCgroup(cgroup.Cgroup);

        int refused = cgroup.Run($"exec 3<>/dev/tcp/127.0.0.1/{deniedPort}");
        int reached = cgroup.Run($"exec 3<>/dev/tcp/127.0.0.1/{allowedPort}");
        using TcpClient outside = new();
        outside.Connect(IPAddress.Loopback, deniedPort);

        refused.Should().NotBe(0);
        reached.Should().Be(0);
        outside.Connected.Should().BeTrue();
        loaded.Variables["connects"].Get<ulong>().Should().Be(2);
        BpfMap<uint, ulong> byPort = loaded.Maps["by_port"].As<uint, ulong>();
        byPort.Enumerate().Should().BeEquivalentTo(new Dictionary<uint, ulong> { [deniedPort] = 1, [allowedPort] = 1 });
    }

    [KernelFact]
    public void A_constant_that_is_set_before_the_load_is_what_the_program_sees()
    {
        using TcpListener listener = Listen(out ushort port);
        using TestCgroup cgroup = new("constant");
        BpfObjectSpec spec = TestObject.Parse("connect");
        spec.Variables["denied_port"].Set(port);
        spec.Variables["verdict_of_denied"].Set((byte)1);
        using BpfObject loaded = BpfObject.Load(spec);
        using BpfLink link = loaded.Programs["on_connect"].AttachToCgroup(cgroup.Cgroup);

        cgroup.Run($"exec 3<>/dev/tcp/127.0.0.1/{port}").Should().Be(0);

        loaded.Variables["denied_port"].Get<ushort>().Should().Be(port);
        loaded.Variables["denied_port"].Invoking(v => v.Set((ushort)1)).Should().Throw<InvalidOperationException>();
    }

    [KernelFact]
    public void A_link_swaps_its_program_only_while_it_holds_the_expected_one()
    {
        using TcpListener listener = Listen(out ushort port);
        using TestCgroup cgroup = new("swap");
        BpfObjectSpec spec = TestObject.Parse("connect");
        spec.Variables["denied_port"].Set(port);
        spec.Programs["allow_all"].AutoLoad = true;
        using BpfObject loaded = BpfObject.Load(spec);
        BpfProgram strict = loaded.Programs["on_connect"];
        BpfProgram lax = loaded.Programs["allow_all"];
        using BpfLink link = strict.AttachToCgroup(cgroup.Cgroup);
        cgroup.Run($"exec 3<>/dev/tcp/127.0.0.1/{port}").Should().NotBe(0);

        Action wrong = () => link.Update(lax, expected: lax);
        wrong.Should().Throw<BpfException>().Which.Error.Should().Be(Errno.EPERM);
        link.Update(lax, expected: strict);

        cgroup.Run($"exec 3<>/dev/tcp/127.0.0.1/{port}").Should().Be(0);
        link.GetInfo().ProgramId.Should().Be(lax.Id);
    }

    [KernelFact]
    public void A_link_reports_its_cgroup_and_that_the_cgroup_is_gone()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("connect"));
        BpfLink link;
        ulong id;
        using (TestCgroup cgroup = new("gone"))
        {
            link = loaded.Programs["on_connect"].AttachToCgroup(cgroup.Cgroup);
            id = cgroup.Cgroup.Id;

            BpfLinkInfo alive = link.GetInfo();
            alive.CgroupId.Should().Be(id);
            alive.AttachType.Should().Be(BpfAttachType.CgroupInet4Connect);
            alive.IsDefunct.Should().BeFalse();
            BpfTool.Run("link", "show", "id", $"{alive.Id}").GetProperty("cgroup_id").GetUInt64().Should().Be(id);
        }

        // The kernel takes the programs off in the background, after the last reference to the cgroup.
        SpinWait.SpinUntil(() => link.GetInfo().IsDefunct, TimeSpan.FromSeconds(30)).Should().BeTrue();
        link.Dispose();
    }

    [KernelFact]
    public void A_forgotten_link_stays_attached_when_the_collector_runs()
    {
        using TcpListener listener = Listen(out ushort port);
        using TestCgroup cgroup = new("forgotten");
        uint id = AttachAndForget(cgroup.Cgroup, port);

        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        cgroup.Run($"exec 3<>/dev/tcp/127.0.0.1/{port}").Should().NotBe(0);
        using BpfLink again = BpfLink.OpenById(id);
        again.Detach();
        cgroup.Run($"exec 3<>/dev/tcp/127.0.0.1/{port}").Should().Be(0);
    }

    private static uint AttachAndForget(Cgroup cgroup, ushort port)
    {
        BpfObjectSpec spec = TestObject.Parse("connect");
        spec.Variables["denied_port"].Set(port);
        return BpfObject.Load(spec).Programs["on_connect"].AttachToCgroup(cgroup).GetInfo().Id;
    }

    private static TcpListener Listen(out ushort port)
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        port = (ushort)((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }
}

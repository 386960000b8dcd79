using EbpfFirewall.Kernel;
using EbpfFirewall.Native;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Tests.Kernel;

public sealed class KernelTicksTests
{
    [KernelFact]
    public void It_counts_with_the_kernels_own_counter()
    {
        BpfObjectSpec spec = BpfObjectSpec.Parse(EmbeddedFiles.Read("clock.bpf.o"), "clock.bpf.o");
        using BpfObject clock = BpfObject.Load(spec);
        for (int i = 0; i < 100; i++)
        {
            ulong before = KernelTicks.OfHost.Now;
            clock.Programs["efw_read_clock"].TestRun(new byte[64]);
            ulong kernel = clock.Variables["efw_ticks"].Get<ulong>();
            ulong after = KernelTicks.OfHost.Now;

            kernel.Should().BeInRange(before - 1, after + 2);
        }
    }

    [KernelFact]
    public void A_time_is_never_rounded_down()
    {
        ulong second = KernelTicks.OfHost.Of(1_000_000_000);

        second.Should().Be((ulong)(1_000_000_000 / LinuxClock.TickNanoseconds) + 1);
        KernelTicks.OfHost.Of(1).Should().Be(1);
    }
}

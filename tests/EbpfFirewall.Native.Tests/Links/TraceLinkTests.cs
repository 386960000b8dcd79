using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Links;

public sealed class TraceLinkTests
{
    [KernelFact]
    public void An_xdp_program_sees_what_arrives_and_is_alone_there()
    {
        using TestNetwork network = new();
        using BpfObject loaded = Load("pass");
        BpfProgram program = loaded.Programs["pass"];
        using BpfLink link = network.Run(() => program.AttachToXdp(1, XdpMode.Generic));

        network.Send().Should().BeTrue();

        loaded.Variables["hits"].Get<ulong>().Should().BePositive();
        link.GetInfo().InterfaceIndex.Should().Be(1);
        network.Run(() => program.Invoking(static p => p.AttachToXdp(1, XdpMode.Generic)).Should().Throw<BpfException>().Which.Error).Should().Be(Errno.EBUSY);
    }

    [FeatureFact(Link = BpfLinkType.PerfEvent, PerfDevice = "kprobe")]
    public void A_kprobe_runs_when_its_function_is_called()
    {
        using BpfObject loaded = Load("on_function");
        using BpfLink link = loaded.Programs["on_function"].AttachToKernelFunction("vfs_unlink");

        File.Delete(Path.GetTempFileName());

        loaded.Variables["hits"].Get<ulong>().Should().BePositive();
        link.GetInfo().Type.Should().Be(BpfLinkType.PerfEvent);
    }

    [FeatureFact(Link = BpfLinkType.KprobeMulti)]
    public void One_program_runs_for_many_functions()
    {
        using BpfObject loaded = Load("on_functions");
        using BpfLink link = loaded.Programs["on_functions"].AttachToKernelFunctions(["vfs_unlink", "vfs_rmdir"]);

        File.Delete(Path.GetTempFileName());

        loaded.Variables["hits"].Get<ulong>().Should().BePositive();
        link.GetInfo().Type.Should().Be(BpfLinkType.KprobeMulti);
    }

    [FeatureFact(Link = BpfLinkType.PerfEvent, PerfDevice = "tracepoint")]
    public void A_tracepoint_program_runs_when_the_event_happens()
    {
        using BpfObject loaded = Load("on_tracepoint");
        using BpfLink link = loaded.Programs["on_tracepoint"].AttachToTracepoint("sched", "sched_process_fork");

        Thread thread = new(static () => { });
        thread.Start();
        thread.Join();

        loaded.Variables["hits"].Get<ulong>().Should().BePositive();
    }

    [FeatureFact(Program = BpfProgramType.Lsm)]
    public void A_program_on_a_security_hook_attaches_by_its_type_information()
    {
        using BpfObject loaded = Load("on_mprotect");
        using BpfLink link = loaded.Programs["on_mprotect"].AttachToRawTracepoint();

        link.GetInfo().Type.Should().Be(BpfLinkType.Tracing);
        link.GetInfo().AttachType.Should().Be(BpfAttachType.LsmMac);
    }

    [FeatureFact(Program = BpfProgramType.Tracing)]
    public void A_program_on_the_entry_of_a_kernel_function_attaches_by_its_type_information()
    {
        using BpfObject loaded = Load("on_entry");
        using BpfLink link = loaded.Programs["on_entry"].AttachToRawTracepoint();

        link.GetInfo().AttachType.Should().Be(BpfAttachType.TraceFentry);
    }

    [KernelFact]
    public void What_does_not_exist_is_said_by_name()
    {
        using BpfObject loaded = Load("on_tracepoint");

        loaded.Programs["on_tracepoint"].Invoking(static p => p.AttachToTracepoint("no", "such"))
            .Should().Throw<BpfException>().WithMessage("*no:such*").Which.Error.Should().Be(Errno.ENOENT);
    }

    private static BpfObject Load(string program) => TestObject.Load("links", program);
}

using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Support;

/// <summary>
/// A kernel test of something that not every kernel has, or not every process may use. Where the library's own probe does not say
/// yes, the test is reported as not supported, with the answer; it never passes without having run.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FeatureFactAttribute : FactAttribute
{
    /// <summary>How the reason begins; what counts test results knows it.</summary>
    public const string NotSupported = "not supported by this kernel: ";

    public BpfLinkType Link { get; set; }

    /// <summary>Attachments of this type that take an order.</summary>
    public BpfLinkType Order { get; set; }

    public BpfMapType Map { get; set; }

    /// <summary>Maps of this type whose elements can be looked up and removed in one step.</summary>
    public BpfMapType Take { get; set; }

    public BpfProgramType Program { get; set; }

    /// <summary>With <see cref="Program"/>: a helper that it calls.</summary>
    public int Helper { get; set; }

    /// <summary>With <see cref="Program"/>: a hook that it is loaded for. -1, the default, for none.</summary>
    public BpfAttachType Hook { get; set; } = (BpfAttachType)(-1);

    /// <summary>BPF tokens.</summary>
    public bool Token { get; set; }

    /// <summary>A kernel function that programs call.</summary>
    public string Function { get; set; } = "";

    /// <summary>What perf events there must be: <c>kprobe</c>, <c>uprobe</c> or <c>tracepoint</c>.</summary>
    public string PerfDevice { get; set; } = "";

    public override string? Skip => KernelRequirement.ReasonToSkip ?? Missing();

    private string? Missing()
    {
        (string What, FeatureSupport Answer)[] needs =
        [
            ($"links of type {Link}", Link == default ? FeatureSupport.Yes : KernelFeatures.Probe(Link)),
            ($"an order of attachments of type {Order}", Order == default ? FeatureSupport.Yes : KernelFeatures.ProbeOrder(Order)),
            ($"maps of type {Map}", Map == default ? FeatureSupport.Yes : KernelFeatures.Probe(Map)),
            ($"taking from maps of type {Take}", Take == default ? FeatureSupport.Yes : KernelFeatures.ProbeTake(Take)),
            ($"programs of type {Program}", Program == default ? FeatureSupport.Yes : KernelFeatures.Probe(Program)),
            ($"{Program} programs that call helper {Helper}", Helper == 0 ? FeatureSupport.Yes : KernelFeatures.ProbeHelper(Program, Helper)),
            ($"{Program} programs for {Hook}", Hook < 0 ? FeatureSupport.Yes : KernelFeatures.Probe(Program, Hook)),
            ("BPF tokens", Token ? KernelFeatures.ProbeToken() : FeatureSupport.Yes),
            ($"the kernel function {Function}", Function.Length == 0 ? FeatureSupport.Yes : KernelFeatures.ProbeKernelFunction(Function)),
            ($"{PerfDevice}s", PerfDevice.Length == 0 || HasPerfDevice() ? FeatureSupport.Yes : FeatureSupport.No),
        ];
        return needs.Where(static n => n.Answer != FeatureSupport.Yes)
            .Select(static n => $"{NotSupported}{n.What} ({(n.Answer == FeatureSupport.NotAllowed ? "not allowed" : n.Answer.ToString().ToLowerInvariant())})")
            .FirstOrDefault();
    }

    // Tracepoints are found by tracefs, which has to be mounted.
    private bool HasPerfDevice() => Directory.Exists($"/sys/bus/event_source/devices/{PerfDevice}")
        && (PerfDevice != "tracepoint" || Directory.Exists("/sys/kernel/tracing/events"));
}

using System.Collections.Concurrent;
using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Features;

namespace EbpfFirewall.Native;

/// <summary>
/// What the running kernel can do, found by trying and remembered for the process. Never judged by version numbers, which
/// distributions change at will.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class KernelFeatures
{
    private static readonly ConcurrentDictionary<(string What, int A, int B), FeatureSupport> Known = new();

    /// <summary>Whether programs of this type load.</summary>
    public static FeatureSupport Probe(BpfProgramType type) => Cached("program", (int)type, 0, () => ProgramProbe.Type(type));

    /// <summary>Whether programs of this type load for this hook: cgroup address hooks, socket options and the like.</summary>
    public static FeatureSupport Probe(BpfProgramType type, BpfAttachType hook) =>
        Cached("hook", (int)type, (int)hook, () => ProgramProbe.Hook(type, hook));

    /// <summary>Whether maps of this type can be created.</summary>
    public static FeatureSupport Probe(BpfMapType type) => Cached("map", (int)type, 0, () => MapProbe.Type(type));

    /// <summary>
    /// Whether an element of a map of this type can be looked up and removed in one step: queues and stacks always, hashes from Linux 5.14 on.
    /// </summary>
    public static FeatureSupport ProbeTake(BpfMapType type) => Cached("take", (int)type, 0, () => MapProbe.Take(type));

    /// <summary>Whether programs of this type may call a helper.</summary>
    /// <param name="type">Program type.</param>
    /// <param name="helper">Number of the helper, <c>BPF_FUNC_*</c> of linux/bpf.h.</param>
    /// <returns><see cref="FeatureSupport.Unknown"/> for tracing, LSM, extension and struct_ops programs, whose helpers depend on their target.</returns>
    public static FeatureSupport ProbeHelper(BpfProgramType type, int helper) =>
        Cached("helper", (int)type, helper, () => ProgramProbe.Helper(type, helper));

    /// <summary>
    /// Whether links of this type can be created: cgroup (5.7), network namespace (5.8), perf event (5.15), kprobe multi (5.18), struct_ops
    /// and netfilter (6.4), tcx and uprobe multi (6.6), netkit (6.7), sockmap (6.10).
    /// </summary>
    /// <returns><see cref="FeatureSupport.Unknown"/> for types that there is no probe for.</returns>
    public static FeatureSupport Probe(BpfLinkType type) => Cached("link", (int)type, 0, () => LinkProbe.Type(type));

    /// <summary>Whether attachments of this type take a <see cref="BpfAttachOrder"/>: tcx and netkit always, cgroups from Linux 6.15 on.</summary>
    public static FeatureSupport ProbeOrder(BpfLinkType type) => Cached("order", (int)type, 0, () => LinkProbe.Order(type));

    /// <summary>Whether the kernel has BPF tokens (Linux 6.9).</summary>
    public static FeatureSupport ProbeToken() => Cached("token", 0, 0, MapProbe.Token);

    /// <summary>Whether the kernel itself, not a module of it, has a function that programs may know by name: a kfunc.</summary>
    /// <returns><see cref="FeatureSupport.Unknown"/> when the kernel has no type information.</returns>
    public static FeatureSupport ProbeKernelFunction(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        try
        {
            return KernelBtf.Load().FindId(name, BtfKind.Function) > 0 ? FeatureSupport.Yes : FeatureSupport.No;
        }
        catch (BpfException)
        {
            return FeatureSupport.Unknown;
        }
    }

    private static FeatureSupport Cached(string what, int a, int b, Func<FeatureSupport> probe) => Known.GetOrAdd((what, a, b), _ => probe());
}

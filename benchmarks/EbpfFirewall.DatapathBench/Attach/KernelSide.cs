using System.Diagnostics;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Policies;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.DatapathBench;

/// <summary>The kernel side alone on a cgroup: hooks, pins and policy, in a place that is ready.</summary>
internal static class KernelSide
{
    private const int Times = 100;

    internal static IEnumerable<Row> Measure()
    {
        CompiledPolicy policy = new FirewallPolicyBuilder().Allow("192.0.2.0/24").Build().Compile();
        PolicyImage image = PolicyImage.Create(policy, new RuleNumbers().Prepare(policy.Policy).ByIndex);
        using KernelEngine engine = KernelEngine.Create();
        List<double> attached = [], detached = [];
        for (int i = 0; i < Times; i++)
        {
            SandboxId id = SandboxId.Next();
            SandboxCgroup cgroup = SandboxCgroup.Create(id);
            long start = Stopwatch.GetTimestamp();
            KernelAttachment attachment = KernelAttachment.Create(engine, image, default, new CgroupPoint(cgroup.Path), PinFolder.Create(id));
            attachment.Publish(image, []);
            attached.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds);

            cgroup.TryEnd();
            start = Stopwatch.GetTimestamp();
            attachment.Dispose();
            detached.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        yield return Row.Alone("twelve hooks attached and pinned, policy in force", attached) with { Target = Target.Value(1e6) };
        yield return Row.Alone("the same detached", detached);
    }
}

using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>What programs have run so far, by the kernel's statistics.</summary>
internal readonly record struct RunTime(double Nanoseconds, ulong Runs)
{
    /// <summary>Of the programs at a hook of a filter's cgroup, or of its own program where it is elsewhere.</summary>
    internal static RunTime Read(Scenario scenario, BpfAttachType hook)
    {
        if (scenario.ProgramId is { } id)
        {
            return Of(id);
        }

        using Cgroup cgroup = Cgroup.Open(scenario.CgroupPath!);
        RunTime sum = default;
        foreach (BpfAttachment attachment in BpfAttachments.OfCgroup(cgroup, hook).Programs)
        {
            RunTime one = Of(attachment.ProgramId);
            sum = new RunTime(sum.Nanoseconds + one.Nanoseconds, sum.Runs + one.Runs);
        }

        return sum;
    }

    /// <summary>Nanoseconds a run since then; null when there was none.</summary>
    internal double? Since(RunTime before) => Runs == before.Runs ? null : (Nanoseconds - before.Nanoseconds) / (Runs - before.Runs);

    private static RunTime Of(uint id)
    {
        using BpfProgram program = BpfProgram.OpenById(id);
        BpfProgramInfo info = program.GetInfo();
        return new RunTime(info.RunTime.TotalNanoseconds, info.RunCount);
    }
}

using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The kernel's tick counter, <c>bpf_jiffies64()</c>, by which leases end: programs read it without a call. It counts with
/// CLOCK_MONOTONIC, so it is read once and counted on from there.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class KernelTicks
{
    private static readonly Lazy<KernelTicks> Shared = new(Read);
    private readonly ulong _base;
    private readonly long _baseNs;
    private readonly long _tickNs;

    private KernelTicks(ulong start, long startNs, long tickNs)
    {
        _base = start;
        _baseNs = startNs;
        _tickNs = tickNs;
    }

    /// <summary>This host's.</summary>
    /// <exception cref="BpfException">The kernel refused the program that reads it.</exception>
    public static KernelTicks OfHost => Shared.Value;

    /// <summary>The tick now.</summary>
    public ulong Now => _base + (ulong)((LinuxProcess.MonotonicNanoseconds - _baseNs) / _tickNs);

    /// <summary>Ticks of a time, rounded up.</summary>
    public ulong Of(ulong nanoseconds) => (nanoseconds / (ulong)_tickNs) + 1;

    private static KernelTicks Read()
    {
        BpfObjectSpec spec = BpfObjectSpec.Parse(EmbeddedFiles.Read("clock.bpf.o"), "clock.bpf.o");
        using BpfObject programs = BpfObject.Load(spec);

        // The later of two readings of the other clock: the counter is then never thought to be ahead of what it is.
        programs.Programs["efw_read_clock"].TestRun(new byte[64]);
        long nowNs = LinuxProcess.MonotonicNanoseconds;
        return new KernelTicks(programs.Variables["efw_ticks"].Get<ulong>(), nowNs, LinuxClock.TickNanoseconds);
    }
}

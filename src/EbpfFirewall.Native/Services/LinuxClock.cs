using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

/// <summary>The clock of the kernel's timer interrupt.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class LinuxClock
{
    private const int MonotonicCoarse = 6;

    /// <summary>
    /// Nanoseconds of a tick, 1 s / CONFIG_HZ: by how much <c>bpf_jiffies64</c> counts. It is the resolution of
    /// <c>CLOCK_MONOTONIC_COARSE</c>, clock_getres(2).
    /// </summary>
    public static long TickNanoseconds => LibC.ReadClockResolution(MonotonicCoarse);
}

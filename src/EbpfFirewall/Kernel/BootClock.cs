using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>Nanoseconds since boot (CLOCK_BOOTTIME), the kernel side's clock, and what they are in the caller's time.</summary>
internal sealed class BootClock(TimeProvider time)
{
    public static ulong NowNs => (ulong)LinuxProcess.NanosecondsSinceBoot;

    /// <summary>The time of day at which the clock stood, or will stand, at <paramref name="bootNs"/>.</summary>
    public DateTimeOffset ToTime(ulong bootNs) =>
        time.GetUtcNow().AddTicks(((long)bootNs - (long)NowNs) / TimeSpan.NanosecondsPerTick);
}

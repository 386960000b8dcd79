using System.Diagnostics;

namespace EbpfFirewall.KernelBench;

/// <summary>Measures time and what this thread allocates.</summary>
internal readonly record struct Meter(long Timestamp, long AllocatedBytes)
{
    internal static Meter Start() => new(Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());

    internal Sample Stop(ulong sum)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(Timestamp);
        return new Sample((long)elapsed.TotalNanoseconds, sum, AllocatedBytes: GC.GetAllocatedBytesForCurrentThread() - AllocatedBytes);
    }
}

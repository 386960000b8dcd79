namespace EbpfFirewall.BenchKit;

/// <summary>What a round gave on one side.</summary>
/// <param name="Nanoseconds">How long all of it took.</param>
/// <param name="Sum">A check sum that both sides must have alike.</param>
/// <param name="Lost">Records that found no room.</param>
/// <param name="CpuNanoseconds">How long the reader of a stream computed, where that was asked for.</param>
/// <param name="AllocatedBytes">What the managed side allocated meanwhile.</param>
public readonly record struct Sample(long Nanoseconds, ulong Sum, long Lost = 0, long CpuNanoseconds = 0, long AllocatedBytes = 0);

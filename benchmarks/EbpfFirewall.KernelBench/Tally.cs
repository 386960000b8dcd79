namespace EbpfFirewall.KernelBench;

/// <summary>What came out of a ring.</summary>
internal readonly record struct Tally(ulong Sum, int Seen);

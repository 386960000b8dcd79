namespace EbpfFirewall.DatapathBench;

/// <summary>What a client did in a burst.</summary>
internal readonly record struct Burst(long Operations, long Nanoseconds, long Denied)
{
    internal double NanosecondsEach => (double)Nanoseconds / Operations;
}

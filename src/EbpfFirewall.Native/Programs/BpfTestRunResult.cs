namespace EbpfFirewall.Native;

/// <summary>Result of a test run.</summary>
/// <param name="ReturnValue">What the program returned.</param>
/// <param name="DataLength">Bytes written to the output buffer.</param>
/// <param name="Duration">Mean time of a run; the kernel counts whole nanoseconds.</param>
public readonly record struct BpfTestRunResult(uint ReturnValue, int DataLength, TimeSpan Duration);

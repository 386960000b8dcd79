namespace EbpfFirewall.Kernel.Memory;

/// <summary>A revision that stands in the memory and is not in force yet.</summary>
/// <param name="First">First of its lines.</param>
/// <param name="Count">Number of its lines.</param>
/// <param name="Line">The line that describes it.</param>
/// <param name="Learned">Its learned addresses.</param>
internal sealed record PreparedRevision(uint First, uint Count, uint Line, LearnedLines Learned);

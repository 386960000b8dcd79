using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_learned_set</c> (efw_policy.h).</summary>
/// <param name="First">First line.</param>
/// <param name="Mask">Number of lines - 1.</param>
/// <param name="Seed">Of the hash over them.</param>
[KernelMirror("efw_learned_set"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct LearnedSetRecord(uint First, uint Mask, ulong Seed);

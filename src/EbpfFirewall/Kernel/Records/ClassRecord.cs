using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_class</c> (efw_policy.h).</summary>
/// <param name="First">Index of the first term.</param>
/// <param name="Count">Number of terms.</param>
[KernelMirror("efw_class"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct ClassRecord(uint First, uint Count);

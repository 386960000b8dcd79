using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_self</c> (efw_flow.h).</summary>
/// <param name="Number">Of the attachment; 0: none.</param>
/// <param name="Reserved">Zero.</param>
[KernelMirror("efw_self"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct SelfRecord(uint Number, uint Reserved);

using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_report</c> (efw_event.h).</summary>
/// <param name="ToldNs">When an event last told it, CLOCK_BOOTTIME.</param>
/// <param name="Pending">Repeats that no event has told.</param>
[KernelMirror("efw_report"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct ReportRecord(ulong ToldNs, ulong Pending);

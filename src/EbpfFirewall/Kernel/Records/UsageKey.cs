using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_usage_key</c> (efw_budget.h): whose use.</summary>
/// <param name="Attachment">Its id.</param>
/// <param name="Rule">Number of the rule; -1: of a process, or of the attachment.</param>
/// <param name="ProcessId">Of the process; 0: none.</param>
/// <param name="Reserved">Zero.</param>
/// <param name="StartNs">Of the process.</param>
[KernelMirror("efw_usage_key"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct UsageKey(uint Attachment, int Rule, uint ProcessId, uint Reserved, ulong StartNs);

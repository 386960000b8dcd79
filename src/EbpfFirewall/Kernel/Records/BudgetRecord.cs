using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_budget</c> (efw_budget.h): the limits of one rule, of every process, or of the attachment.</summary>
[KernelMirror("efw_budget"), StructLayout(LayoutKind.Sequential)]
internal struct BudgetRecord
{
    /// <summary>Lines in front of the rules': of the attachment, of every process.</summary>
    public const int FixedLines = 2;

    public LimitRecord Bytes;
    public LimitRecord Connections;
    public UInt128 Reserved;
}

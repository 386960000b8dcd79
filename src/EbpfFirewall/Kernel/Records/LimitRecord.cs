using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_limit</c> (efw_budget.h).</summary>
/// <param name="Amount">Within an interval of <see cref="Slices"/> slices.</param>
/// <param name="SliceTicks">Ticks of a slice; 0: no such limit.</param>
/// <param name="Total">For good; 0: no such limit.</param>
[KernelMirror("efw_limit"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct LimitRecord(ulong Amount, ulong SliceTicks, ulong Total)
{
    /// <summary><c>EFW_SLICES</c>.</summary>
    public const int Slices = 8;
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_meter</c> (efw_budget.h).</summary>
[KernelMirror("efw_meter"), StructLayout(LayoutKind.Sequential)]
internal struct MeterRecord
{
    public ulong Slice;
    public ulong Total;
    public MeterSlots Used;

    /// <summary>What counts in an interval that ends in a slice.</summary>
    public readonly ulong UsedUntil(ulong slice)
    {
        ulong sum = 0;
        for (ulong i = 0; i <= LimitRecord.Slices; i++)
        {
            // Slots of slices that came after the last use hold what is too old.
            sum += slice - i <= Slice && Slice - (slice - i) <= LimitRecord.Slices ? Used[(int)((slice - i) % MeterSlots.Length)] : 0;
        }

        return sum;
    }
}

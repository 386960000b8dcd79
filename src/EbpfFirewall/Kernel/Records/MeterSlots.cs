using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>What was used in a slice, by the lower bits of its number.</summary>
[InlineArray(Length)]
internal struct MeterSlots
{
    /// <summary><c>EFW_SLOTS</c> (efw_budget.h).</summary>
    public const int Length = 16;
    private ulong _first;
}

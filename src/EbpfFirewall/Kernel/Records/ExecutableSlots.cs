using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Path components, file first: <c>EFW_EXE_SLOTS</c> slots of <see cref="SlotBytes"/>.</summary>
[InlineArray(Length)]
internal struct ExecutableSlots
{
    public const int SlotBytes = 80;
    public const int Length = SlotBytes * 20;
    private byte _first;
}

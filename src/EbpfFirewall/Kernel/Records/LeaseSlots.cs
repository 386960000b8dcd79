using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>The leases of one address, <c>EFW_LEASES</c> of them: deadline &lt;&lt; 16 | class; 0 is free.</summary>
[InlineArray(Length)]
internal struct LeaseSlots
{
    public const int Length = 6;
    private ulong _first;
}

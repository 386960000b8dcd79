using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Ancestors, the parent first: <c>EFW_PARENTS</c> of them.</summary>
[InlineArray(Length)]
internal struct ParentSlots
{
    public const int Length = 8;
    private ParentRecord _first;
}

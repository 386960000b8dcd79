using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Where the values of a leaf begin, half an IPv6 address: <c>EFW_LEAF6_KEYS</c>.</summary>
[InlineArray(Length)]
internal struct Leaf6Keys
{
    public const int Length = 5;
    private ulong _first;
}

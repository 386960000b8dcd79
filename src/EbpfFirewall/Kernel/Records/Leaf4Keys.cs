using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Where the classes of a leaf begin, IPv4: <c>EFW_LEAF4_KEYS</c>.</summary>
[InlineArray(Length)]
internal struct Leaf4Keys
{
    public const int Length = 10;
    private uint _first;
}

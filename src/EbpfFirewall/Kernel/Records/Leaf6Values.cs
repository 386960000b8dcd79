using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>The values of a leaf over halves of IPv6 addresses.</summary>
[InlineArray(Length)]
internal struct Leaf6Values
{
    public const int Length = 6;
    private uint _first;
}

using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>The classes of a leaf, IPv4.</summary>
[InlineArray(Length)]
internal struct Leaf4Classes
{
    public const int Length = 11;
    private ushort _first;
}

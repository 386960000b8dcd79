using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>The values of the networks of a sparse tree.</summary>
[InlineArray(Length)]
internal struct Sparse6Values
{
    public const int Length = 4;
    private uint _first;
}

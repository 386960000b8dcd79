using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>How many bits below the prefix each network of a sparse tree has.</summary>
[InlineArray(Length)]
internal struct Sparse6Shifts
{
    public const int Length = 4;
    private byte _first;
}

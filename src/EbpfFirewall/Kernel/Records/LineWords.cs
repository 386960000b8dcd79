using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Sixteen slots of an index.</summary>
[InlineArray(Length)]
internal struct LineWords
{
    public const int Length = 16;
    private uint _first;
}

using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Fills the header up to a line.</summary>
[InlineArray(Length)]
internal struct HeaderPadding
{
    public const int Length = 12;
    private uint _first;
}

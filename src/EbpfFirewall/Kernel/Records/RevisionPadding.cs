using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Fills a revision up to a line.</summary>
[InlineArray(Length)]
internal struct RevisionPadding
{
    public const int Length = 4;
    private uint _first;
}

using System.Runtime.CompilerServices;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>A line of terms.</summary>
[InlineArray(TermRecord.PerLine)]
internal struct TermQuad
{
    private TermRecord _first;
}

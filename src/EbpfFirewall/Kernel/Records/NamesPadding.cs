using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>What fills the line that describes a set of names.</summary>
[InlineArray(11)]
internal struct NamesPadding
{
    private uint _first;
}

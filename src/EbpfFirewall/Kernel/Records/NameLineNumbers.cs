using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Where the names of a line of slots stand; 0: the slot is free.</summary>
[InlineArray(NameHashes.Length)]
internal struct NameLineNumbers
{
    private uint _first;
}

using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>The hashes of a line of slots.</summary>
[InlineArray(Length)]
internal struct NameHashes
{
    public const int Length = 5;
    private ulong _first;
}

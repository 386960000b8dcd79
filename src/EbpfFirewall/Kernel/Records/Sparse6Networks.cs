using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>The networks of a sparse tree, halves of IPv6 addresses: <c>EFW_SPARSE6_NETWORKS</c>.</summary>
[InlineArray(Length)]
internal struct Sparse6Networks
{
    public const int Length = 4;
    private ulong _first;
}

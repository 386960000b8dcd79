using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Separators of an inner node over halves of IPv6 addresses.</summary>
[InlineArray(Length)]
internal struct Node6Keys
{
    public const int Length = 7;
    private ulong _first;
}

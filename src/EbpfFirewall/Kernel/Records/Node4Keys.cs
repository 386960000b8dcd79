using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Separators of an inner node over IPv4 addresses.</summary>
[InlineArray(Length)]
internal struct Node4Keys
{
    public const int Length = 15;
    private uint _first;
}

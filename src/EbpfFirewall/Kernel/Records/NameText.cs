using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>The first octets of a name, in memory order.</summary>
[InlineArray(Length)]
internal struct NameText
{
    public const int Length = 7;
    private ulong _first;
}

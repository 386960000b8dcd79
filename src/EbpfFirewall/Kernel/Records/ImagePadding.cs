using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Rest of the line of <see cref="ImageRecord"/>.</summary>
[InlineArray(Length)]
internal struct ImagePadding
{
    public const int Length = 3;
    private ulong _first;
}

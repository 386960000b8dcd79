using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>A task's name, NUL-padded: <c>EFW_COMM_BYTES</c>.</summary>
[InlineArray(Length)]
internal struct CommBytes
{
    public const int Length = 16;
    private byte _first;
}

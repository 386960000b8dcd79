using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>The beginning of an argument vector: <c>EFW_ARGS_BYTES</c>.</summary>
[InlineArray(Length)]
internal struct ArgumentBytes
{
    public const int Length = 1024;
    private byte _first;
}

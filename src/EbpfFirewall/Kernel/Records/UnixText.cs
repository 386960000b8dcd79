using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>The name of a unix socket, filled up with zeroes: <c>EFW_UNIX_WORDS</c> (efw_unix.h).</summary>
[InlineArray(Length)]
internal struct UnixText
{
    public const int Length = 15;
    private ulong _first;
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_unix_event</c> (efw_unix.h).</summary>
[KernelMirror("efw_unix_event"), StructLayout(LayoutKind.Sequential)]
internal readonly struct UnixEventRecord
{
    public readonly EventRecord Event;
    public readonly UnixNameRecord Name;
}

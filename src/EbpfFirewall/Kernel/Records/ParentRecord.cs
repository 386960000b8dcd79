using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_parent</c> (efw_process.h).</summary>
[KernelMirror("efw_parent"), StructLayout(LayoutKind.Sequential)]
internal struct ParentRecord
{
    public uint ProcessId;
    public uint Reserved;
    public ulong StartNs;
    public CommBytes Comm;
}

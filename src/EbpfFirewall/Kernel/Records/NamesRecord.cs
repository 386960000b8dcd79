using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_names</c> (efw_names.h).</summary>
[KernelMirror("efw_names"), StructLayout(LayoutKind.Sequential)]
internal struct NamesRecord
{
    public ulong Seed;
    public uint Slots;
    public uint Mask;
    public uint Labels;
    public NamesPadding Reserved;
}

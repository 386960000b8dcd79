using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_name_slots</c> (efw_names.h).</summary>
[KernelMirror("efw_name_slots"), StructLayout(LayoutKind.Sequential)]
internal struct NameSlotsRecord
{
    public NameHashes Hash;
    public NameLineNumbers Line;
    public uint Reserved;
}

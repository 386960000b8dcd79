using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_name</c> (efw_names.h): a name, of which the lines that follow hold the rest.</summary>
[KernelMirror("efw_name"), StructLayout(LayoutKind.Sequential)]
internal struct NameRecord
{
    public ushort Self;
    public ushort Below;
    public uint Length;
    public NameText Text;
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_node6</c> (efw_policy.h).</summary>
[KernelMirror("efw_node6"), StructLayout(LayoutKind.Sequential)]
internal struct Node6Record
{
    public Node6Keys Key;
    public uint First;
    public uint Last;
}

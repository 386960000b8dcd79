using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_leaf4</c> (efw_policy.h).</summary>
[KernelMirror("efw_leaf4"), StructLayout(LayoutKind.Sequential)]
internal struct Leaf4Record
{
    public Leaf4Classes Class;
    public ushort Reserved;
    public Leaf4Keys Key;
}

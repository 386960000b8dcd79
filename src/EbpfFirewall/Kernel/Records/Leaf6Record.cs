using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_leaf6</c> (efw_policy.h).</summary>
[KernelMirror("efw_leaf6"), StructLayout(LayoutKind.Sequential)]
internal struct Leaf6Record
{
    /// <summary>A value with this bit is the root of a tree over the lower half.</summary>
    public const uint Lower = 0x8000_0000;

    public Leaf6Values Value;
    public Leaf6Keys Key;
}

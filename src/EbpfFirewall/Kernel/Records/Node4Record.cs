using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_node4</c> (efw_policy.h).</summary>
[KernelMirror("efw_node4"), StructLayout(LayoutKind.Sequential)]
internal struct Node4Record
{
    public Node4Keys Key;

    /// <summary>First child &lt;&lt; 4 | number of the last.</summary>
    public uint FirstLast;
}

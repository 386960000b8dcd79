using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_sparse6</c> (efw_policy.h).</summary>
[KernelMirror("efw_sparse6"), StructLayout(LayoutKind.Sequential)]
internal struct Sparse6Record
{
    public Sparse6Networks Network;
    public Sparse6Values Value;
    public Sparse6Shifts Shift;
    public uint Elsewhere;
    public ulong Reserved;
}

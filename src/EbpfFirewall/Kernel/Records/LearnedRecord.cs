using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_learned</c> (efw_policy.h).</summary>
[KernelMirror("efw_learned"), StructLayout(LayoutKind.Sequential)]
internal struct LearnedRecord
{
    public LeaseSlots Lease;
}

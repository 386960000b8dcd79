using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_learned</c> (efw_policy.h): halves of the address in host order.</summary>
[KernelMirror("efw_learned"), StructLayout(LayoutKind.Sequential)]
internal struct LearnedRecord
{
    public ulong Upper;
    public ulong Lower;
    public LeaseSlots Lease;
}

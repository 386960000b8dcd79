using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_lease</c> (efw_policy.h).</summary>
/// <param name="ExpiresNs">CLOCK_BOOTTIME, nanoseconds; 0 is a free slot.</param>
/// <param name="Class">What is said about the address until then.</param>
[KernelMirror("efw_lease"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct LeaseRecord(ulong ExpiresNs, ClassRecord Class);

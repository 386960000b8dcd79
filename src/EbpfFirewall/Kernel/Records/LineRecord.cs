using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_line</c> (efw_policy.h): one element of the policy, whatever it holds.</summary>
[KernelMirror("efw_line"), StructLayout(LayoutKind.Sequential)]
internal struct LineRecord
{
    public const int SizeBytes = 64;

    public LineWords W;
}

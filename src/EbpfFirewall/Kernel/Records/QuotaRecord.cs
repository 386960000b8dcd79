using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_quota</c> (efw_flow.h).</summary>
[KernelMirror("efw_quota"), StructLayout(LayoutKind.Sequential)]
internal struct QuotaRecord
{
    public uint Processes;
    public uint Redirects;
    public uint Window;
    public uint Events;
    public uint Activity;
    public uint Usages;
}

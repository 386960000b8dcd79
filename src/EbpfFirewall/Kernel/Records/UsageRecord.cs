using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_usage</c> (efw_budget.h): what has been used of limits.</summary>
[KernelMirror("efw_usage"), StructLayout(LayoutKind.Sequential)]
internal struct UsageRecord
{
    public uint Lock;
    public uint Reserved;
    public MeterRecord Bytes;
    public MeterRecord Connections;
}

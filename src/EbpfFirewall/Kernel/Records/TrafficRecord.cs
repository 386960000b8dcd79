using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_traffic</c> (efw_abi.h).</summary>
[KernelMirror("efw_traffic"), StructLayout(LayoutKind.Sequential)]
internal struct TrafficRecord
{
    /// <summary>Slots of counters: <c>EFW_COUNTERS</c>.</summary>
    public const int Counters = 7;

    /// <summary>Slots of reasons, behind those: <c>EFW_TRAFFIC_REASONS</c>.</summary>
    public const int Reasons = 48;

    public ulong Calls;
    public ulong Packets;
    public ulong Bytes;
}

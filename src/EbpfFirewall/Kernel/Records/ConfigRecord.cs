using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_config</c> (efw_policy.h).</summary>
[KernelMirror("efw_config"), StructLayout(LayoutKind.Sequential)]
internal struct ConfigRecord
{
    public const uint AbiVersion = 2;
    public const byte ReportAllowed = 1;

    public uint Abi;
    public byte Flags;
    public byte Reserved0;
    public ushort Reserved1;
    public ushort DnsPort4;
    public ushort DnsPort6;
    public uint Reserved2;
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_interface</c> (efw_flow.h).</summary>
[KernelMirror("efw_interface"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct InterfaceRecord(uint Number, uint UdpTicks, byte Ethernet, LinkControl Flags, ushort Reserved);

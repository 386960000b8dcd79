using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_network6</c> (efw_policy.h).</summary>
/// <param name="Prefix">Prefix length in bits.</param>
/// <param name="Address">The network's address.</param>
[KernelMirror("efw_network6"), StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct Network6Key(uint Prefix, AddressRecord Address);

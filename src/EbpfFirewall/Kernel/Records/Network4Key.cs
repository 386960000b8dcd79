using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_network4</c> (efw_policy.h).</summary>
/// <param name="Prefix">Prefix length in bits.</param>
/// <param name="Address">Network order.</param>
[KernelMirror("efw_network4"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct Network4Key(uint Prefix, uint Address);

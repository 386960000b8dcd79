using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_header</c> (efw_policy.h): line 0 of the policy.</summary>
[KernelMirror("efw_header"), StructLayout(LayoutKind.Sequential)]
internal struct HeaderRecord
{
    /// <summary>Generation &lt;&lt; 32 | line of the revision in force; 0: none, everything is denied.</summary>
    public ulong Active;
    public uint Abi;
    public uint Lines;
    public HeaderPadding Reserved;
}

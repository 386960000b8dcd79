using System.Runtime.InteropServices;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_image</c> (efw_policy.h).</summary>
[KernelMirror("efw_image"), StructLayout(LayoutKind.Sequential)]
internal struct ImageRecord
{
    /// <summary>A flow ends with the grant that admitted it: <c>EFW_STRICT_TTL</c>.</summary>
    public const byte StrictTtl = 1;

    /// <summary>Connections from outside are taken: <c>EFW_INBOUND_ALLOWED</c>.</summary>
    public const byte InboundAllowed = 2;

    /// <summary>Nothing is decided by the egress program alone: <c>EFW_METERED</c>.</summary>
    public const byte Metered = 8;

    public ulong Base6;
    public uint Index6;
    public uint Slots6;
    public uint Terms;
    public byte Shift6;
    public PolicyMode Mode;
    public PolicyMode ListMode;
    public byte Flags;
    public uint Reserved0;
    /// <summary>First line of the rules about unix sockets.</summary>
    public uint Unixes;

    /// <summary>Executables that terms name.</summary>
    public uint Exes;

    /// <summary>First line of its limits.</summary>
    public uint Budgets;
    public ImagePadding Reserved2;
}

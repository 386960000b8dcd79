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

    public ulong Base6;
    public uint Index6;
    public uint Slots6;
    public uint Terms;
    public byte Shift6;
    public PolicyMode Mode;
    public PolicyMode ListMode;
    public byte Flags;
    public uint Reserved0;
    public uint Unixes;
    public ulong Reserved1;
    public ImagePadding Reserved2;
}

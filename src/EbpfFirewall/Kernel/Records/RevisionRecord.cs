using System.Runtime.InteropServices;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_revision</c> (efw_policy.h).</summary>
[KernelMirror("efw_revision"), StructLayout(LayoutKind.Sequential)]
internal struct RevisionRecord
{
    /// <summary>The revision's flow ends with its grant: <c>EFW_STRICT_TTL</c>.</summary>
    public const byte StrictTtl = 1;

    public uint Index4;
    public uint Index6;
    public ulong Base6;
    public ulong Seed;
    public uint Slots6;
    public uint Terms;
    public uint Learned;
    public uint LearnedMask;
    public byte Shift4;
    public byte Shift6;
    public PolicyMode Mode;
    public PolicyMode ListMode;
    public byte Flags;
    public byte Reserved0;
    public ushort Reserved1;
    public RevisionPadding Reserved2;
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_PROG_ATTACH and BPF_PROG_DETACH.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct ProgramAttachAttributes
{
    [FieldOffset(0)] internal int TargetFd;
    [FieldOffset(4)] internal int ProgramFd;
    [FieldOffset(8)] internal uint AttachType;
    [FieldOffset(12)] internal uint Flags;
    [FieldOffset(16)] internal int ReplaceProgramFd;
    [FieldOffset(20)] internal int RelativeFd;
    [FieldOffset(24)] internal ulong ExpectedRevision;
}

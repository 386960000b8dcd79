using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_PROG_QUERY.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct ProgramQueryAttributes
{
    [FieldOffset(0)] internal int TargetFd;
    [FieldOffset(4)] internal uint AttachType;
    [FieldOffset(8)] internal uint QueryFlags;
    [FieldOffset(12)] internal uint AttachFlags;
    [FieldOffset(16)] internal void* ProgramIds;
    [FieldOffset(24)] internal uint Count;
    [FieldOffset(32)] internal void* ProgramAttachFlags;
    [FieldOffset(40)] internal void* LinkIds;
    [FieldOffset(48)] internal void* LinkAttachFlags;
    [FieldOffset(56)] internal ulong Revision;
}

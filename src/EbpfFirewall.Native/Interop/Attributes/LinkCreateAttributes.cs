using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_LINK_CREATE.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct LinkCreateAttributes
{
    [FieldOffset(0)] internal int ProgramFd;
    [FieldOffset(4)] internal int TargetFd;
    [FieldOffset(8)] internal uint AttachType;
    [FieldOffset(12)] internal uint Flags;
    [FieldOffset(16)] internal uint TargetBtfId;
    [FieldOffset(16)] internal void* IteratorInfo;
    [FieldOffset(24)] internal uint IteratorInfoLength;
    [FieldOffset(16)] internal ulong PerfCookie;
    [FieldOffset(16)] internal int RelativeFd;
    [FieldOffset(24)] internal ulong ExpectedRevision;
    [FieldOffset(24)] internal ulong TracingCookie;
    [FieldOffset(16)] internal uint KprobeFlags;
    [FieldOffset(20)] internal uint KprobeCount;
    [FieldOffset(24)] internal void* KprobeSymbols;
    [FieldOffset(16)] internal void* UprobePath;
    [FieldOffset(24)] internal void* UprobeOffsets;
    [FieldOffset(48)] internal uint UprobeCount;
    [FieldOffset(52)] internal uint UprobeFlags;
    [FieldOffset(56)] internal uint UprobePid;
    [FieldOffset(16)] internal uint NetfilterFamily;
    [FieldOffset(20)] internal uint NetfilterHook;
    [FieldOffset(24)] internal int NetfilterPriority;
    [FieldOffset(28)] internal uint NetfilterFlags;
}

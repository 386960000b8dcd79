using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary><c>struct bpf_prog_info</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 232)]
internal unsafe struct ProgramInfo
{
    [FieldOffset(0)] internal uint Type;
    [FieldOffset(4)] internal uint Id;
    [FieldOffset(8)] internal ulong Tag;
    [FieldOffset(16)] internal uint JitedLength;
    [FieldOffset(20)] internal uint TranslatedLength;
    [FieldOffset(24)] internal void* JitedInstructions;
    [FieldOffset(32)] internal void* TranslatedInstructions;
    [FieldOffset(40)] internal ulong LoadTimeNs;
    [FieldOffset(48)] internal uint CreatedByUid;
    [FieldOffset(52)] internal uint MapIdCount;
    [FieldOffset(56)] internal void* MapIds;
    [FieldOffset(64)] internal KernelObjectName Name;
    [FieldOffset(80)] internal uint InterfaceIndex;
    [FieldOffset(128)] internal uint BtfId;
    [FieldOffset(192)] internal ulong RunTimeNs;
    [FieldOffset(200)] internal ulong RunCount;
    [FieldOffset(208)] internal ulong RecursionMisses;
    [FieldOffset(216)] internal uint VerifiedInstructions;
    [FieldOffset(220)] internal uint AttachBtfObjectId;
    [FieldOffset(224)] internal uint AttachBtfId;
}

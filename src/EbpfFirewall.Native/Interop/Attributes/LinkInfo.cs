using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary><c>struct bpf_link_info</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct LinkInfo
{
    [FieldOffset(0)] internal uint Type;
    [FieldOffset(4)] internal uint Id;
    [FieldOffset(8)] internal uint ProgramId;
    [FieldOffset(16)] internal ulong CgroupId;
    [FieldOffset(24)] internal uint CgroupAttachType;
    [FieldOffset(16)] internal uint InterfaceIndex;
    [FieldOffset(20)] internal uint InterfaceAttachType;
    [FieldOffset(16)] internal uint TracingAttachType;
    [FieldOffset(16)] internal uint NamespaceInode;
    [FieldOffset(20)] internal uint NamespaceAttachType;
    [FieldOffset(16)] internal void* Name;
    [FieldOffset(24)] internal uint NameLength;
}

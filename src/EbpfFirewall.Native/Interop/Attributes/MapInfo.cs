using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary><c>struct bpf_map_info</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 96)]
internal struct MapInfo
{
    [FieldOffset(0)] internal uint Type;
    [FieldOffset(4)] internal uint Id;
    [FieldOffset(8)] internal uint KeySize;
    [FieldOffset(12)] internal uint ValueSize;
    [FieldOffset(16)] internal uint MaxEntries;
    [FieldOffset(20)] internal uint Flags;
    [FieldOffset(24)] internal KernelObjectName Name;
    [FieldOffset(40)] internal uint InterfaceIndex;
    [FieldOffset(44)] internal uint BtfVmlinuxValueTypeId;
    [FieldOffset(48)] internal ulong NetworkNamespaceDevice;
    [FieldOffset(56)] internal ulong NetworkNamespaceInode;
    [FieldOffset(64)] internal uint BtfId;
    [FieldOffset(68)] internal uint BtfKeyTypeId;
    [FieldOffset(72)] internal uint BtfValueTypeId;
    [FieldOffset(76)] internal uint BtfVmlinuxId;
    [FieldOffset(80)] internal ulong Extra;
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_MAP_CREATE.</summary>
[StructLayout(LayoutKind.Explicit, Size = 80)]
internal struct MapCreateAttributes
{
    [FieldOffset(0)] internal uint MapType;
    [FieldOffset(4)] internal uint KeySize;
    [FieldOffset(8)] internal uint ValueSize;
    [FieldOffset(12)] internal uint MaxEntries;
    [FieldOffset(16)] internal uint Flags;
    [FieldOffset(20)] internal int InnerMapFd;
    [FieldOffset(24)] internal uint NumaNode;
    [FieldOffset(28)] internal KernelObjectName Name;
    [FieldOffset(44)] internal uint InterfaceIndex;
    [FieldOffset(48)] internal int BtfFd;
    [FieldOffset(52)] internal uint BtfKeyTypeId;
    [FieldOffset(56)] internal uint BtfValueTypeId;
    [FieldOffset(60)] internal uint BtfVmlinuxValueTypeId;
    [FieldOffset(64)] internal ulong Extra;
    [FieldOffset(72)] internal int ValueTypeBtfFd;
    [FieldOffset(76)] internal int TokenFd;
}

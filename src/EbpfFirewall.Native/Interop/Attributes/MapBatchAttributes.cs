using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_MAP_*_BATCH.</summary>
[StructLayout(LayoutKind.Explicit, Size = 56)]
internal unsafe struct MapBatchAttributes
{
    [FieldOffset(0)] internal void* InCursor;
    [FieldOffset(8)] internal void* OutCursor;
    [FieldOffset(16)] internal void* Keys;
    [FieldOffset(24)] internal void* Values;
    [FieldOffset(32)] internal uint Count;
    [FieldOffset(36)] internal int MapFd;
    [FieldOffset(40)] internal ulong ElementFlags;
    [FieldOffset(48)] internal ulong Flags;
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_MAP_*_ELEM.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal unsafe struct MapElementAttributes
{
    [FieldOffset(0)] internal int MapFd;
    [FieldOffset(8)] internal void* Key;
    [FieldOffset(16)] internal void* Value;
    [FieldOffset(24)] internal ulong Flags;
}

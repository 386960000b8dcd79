using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_OBJ_PIN and BPF_OBJ_GET.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal unsafe struct ObjectPathAttributes
{
    [FieldOffset(0)] internal void* Path;
    [FieldOffset(8)] internal int Fd;
    [FieldOffset(12)] internal uint FileFlags;
    [FieldOffset(16)] internal int PathFd;
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_LINK_DETACH and BPF_ITER_CREATE.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct LinkFdAttributes
{
    [FieldOffset(0)] internal int LinkFd;
    [FieldOffset(4)] internal uint Flags;
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_LINK_UPDATE.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct LinkUpdateAttributes
{
    [FieldOffset(0)] internal int LinkFd;
    [FieldOffset(4)] internal int NewProgramFd;
    [FieldOffset(8)] internal uint Flags;
    [FieldOffset(12)] internal int OldProgramFd;
}

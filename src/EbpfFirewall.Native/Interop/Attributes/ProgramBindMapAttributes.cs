using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_PROG_BIND_MAP.</summary>
[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct ProgramBindMapAttributes
{
    [FieldOffset(0)] internal int ProgramFd;
    [FieldOffset(4)] internal int MapFd;
    [FieldOffset(8)] internal uint Flags;
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_OBJ_GET_INFO_BY_FD.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct InfoAttributes
{
    [FieldOffset(0)] internal int Fd;
    [FieldOffset(4)] internal uint Length;
    [FieldOffset(8)] internal void* Info;
}

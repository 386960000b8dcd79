using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_*_GET_NEXT_ID and BPF_*_GET_FD_BY_ID.</summary>
[StructLayout(LayoutKind.Explicit, Size = 12)]
internal struct IdAttributes
{
    [FieldOffset(0)] internal uint Id;
    [FieldOffset(4)] internal uint NextId;
    [FieldOffset(8)] internal uint OpenFlags;
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_RAW_TRACEPOINT_OPEN.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal unsafe struct RawTracepointAttributes
{
    [FieldOffset(0)] internal void* Name;
    [FieldOffset(8)] internal int ProgramFd;
    [FieldOffset(16)] internal ulong Cookie;
}

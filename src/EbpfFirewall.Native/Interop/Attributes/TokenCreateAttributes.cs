using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_TOKEN_CREATE.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct TokenCreateAttributes
{
    [FieldOffset(0)] internal uint Flags;
    [FieldOffset(4)] internal int FileSystemFd;
}

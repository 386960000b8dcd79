using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_BTF_LOAD.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct BtfLoadAttributes
{
    [FieldOffset(0)] internal void* Btf;
    [FieldOffset(8)] internal void* LogBuffer;
    [FieldOffset(16)] internal uint Size;
    [FieldOffset(20)] internal uint LogSize;
    [FieldOffset(24)] internal uint LogLevel;
    [FieldOffset(28)] internal uint LogTrueSize;
    [FieldOffset(32)] internal uint Flags;
    [FieldOffset(36)] internal int TokenFd;
}

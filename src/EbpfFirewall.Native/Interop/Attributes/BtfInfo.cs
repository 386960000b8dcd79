using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary><c>struct bpf_btf_info</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal unsafe struct BtfInfo
{
    [FieldOffset(0)] internal void* Btf;
    [FieldOffset(8)] internal uint Size;
    [FieldOffset(12)] internal uint Id;
    [FieldOffset(16)] internal void* Name;
    [FieldOffset(24)] internal uint NameLength;
    [FieldOffset(28)] internal uint IsKernelBtf;
}

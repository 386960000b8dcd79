using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary><c>struct perf_event_attr</c>, version 5 (112 bytes).</summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
internal struct PerfEventAttributes
{
    [FieldOffset(0)] internal uint Type;
    [FieldOffset(4)] internal uint Size;
    [FieldOffset(8)] internal ulong Config;
    [FieldOffset(56)] internal ulong Config1;
    [FieldOffset(64)] internal ulong Config2;
}

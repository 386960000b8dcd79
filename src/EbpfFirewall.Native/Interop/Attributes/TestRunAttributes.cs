using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_PROG_TEST_RUN.</summary>
[StructLayout(LayoutKind.Explicit, Size = 80)]
internal unsafe struct TestRunAttributes
{
    [FieldOffset(0)] internal int ProgramFd;
    [FieldOffset(4)] internal uint ReturnValue;
    [FieldOffset(8)] internal uint DataSizeIn;
    [FieldOffset(12)] internal uint DataSizeOut;
    [FieldOffset(16)] internal void* DataIn;
    [FieldOffset(24)] internal void* DataOut;
    [FieldOffset(32)] internal uint Repeat;
    [FieldOffset(36)] internal uint DurationNs;
    [FieldOffset(40)] internal uint ContextSizeIn;
    [FieldOffset(44)] internal uint ContextSizeOut;
    [FieldOffset(48)] internal void* ContextIn;
    [FieldOffset(56)] internal void* ContextOut;
    [FieldOffset(64)] internal uint Flags;
    [FieldOffset(68)] internal uint Cpu;
    [FieldOffset(72)] internal uint BatchSize;
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The part of <c>union bpf_attr</c> for BPF_PROG_LOAD.</summary>
[StructLayout(LayoutKind.Explicit, Size = 152)]
internal unsafe struct ProgramLoadAttributes
{
    [FieldOffset(0)] internal uint ProgramType;
    [FieldOffset(4)] internal uint InstructionCount;
    [FieldOffset(8)] internal void* Instructions;
    [FieldOffset(16)] internal void* License;
    [FieldOffset(24)] internal uint LogLevel;
    [FieldOffset(28)] internal uint LogSize;
    [FieldOffset(32)] internal void* LogBuffer;
    [FieldOffset(40)] internal uint KernelVersion;
    [FieldOffset(44)] internal uint Flags;
    [FieldOffset(48)] internal KernelObjectName Name;
    [FieldOffset(64)] internal uint InterfaceIndex;
    [FieldOffset(68)] internal uint ExpectedAttachType;
    [FieldOffset(72)] internal int BtfFd;
    [FieldOffset(76)] internal uint FuncInfoRecordSize;
    [FieldOffset(80)] internal void* FuncInfo;
    [FieldOffset(88)] internal uint FuncInfoCount;
    [FieldOffset(92)] internal uint LineInfoRecordSize;
    [FieldOffset(96)] internal void* LineInfo;
    [FieldOffset(104)] internal uint LineInfoCount;
    [FieldOffset(108)] internal uint AttachBtfId;
    [FieldOffset(112)] internal int AttachFd;
    [FieldOffset(116)] internal uint CoreRelocationCount;
    [FieldOffset(120)] internal void* FdArray;
    [FieldOffset(128)] internal void* CoreRelocations;
    [FieldOffset(136)] internal uint CoreRelocationRecordSize;
    [FieldOffset(140)] internal uint LogTrueSize;
    [FieldOffset(144)] internal int TokenFd;
    [FieldOffset(148)] internal uint FdArrayCount;
}

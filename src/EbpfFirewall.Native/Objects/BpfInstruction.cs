using System.Runtime.InteropServices;

namespace EbpfFirewall.Native;

/// <summary>One eBPF instruction, <c>struct bpf_insn</c>. A 64-bit load takes two.</summary>
/// <param name="Opcode">Class, size or operation, and mode.</param>
/// <param name="Registers">Destination in the low, source in the high four bits.</param>
/// <param name="Offset">Signed offset: of a jump in instructions, of a memory access in bytes.</param>
/// <param name="Immediate">Signed immediate.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BpfInstruction(byte Opcode, byte Registers, short Offset, int Immediate)
{
    /// <summary>Bytes of one instruction.</summary>
    public const int Size = 8;

    internal const byte LoadImmediate64 = 0x18;
    internal const byte CallOpcode = 0x85;
    internal const byte PseudoMapFd = 1;
    internal const byte PseudoMapValue = 2;
    internal const byte PseudoBtfId = 3;
    internal const byte PseudoFunction = 4;
    internal const byte PseudoCall = 1;
    internal const byte PseudoKfuncCall = 2;

    /// <summary>The source register, which for some instructions says what the immediate means.</summary>
    public byte Source => (byte)(Registers >> 4);

    /// <summary>The destination register.</summary>
    public byte Destination => (byte)(Registers & 15);

    internal bool IsLoadImmediate64 => Opcode == LoadImmediate64;

    internal bool IsLocalCall => Opcode == CallOpcode && Source == PseudoCall;

    internal BpfInstruction WithSource(byte source) => this with { Registers = (byte)(Destination | (source << 4)) };
}

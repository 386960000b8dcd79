using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.CoRe;

/// <summary>Writes a resolution into an instruction.</summary>
internal static class CorePatcher
{
    /// <summary>
    /// The helper number of a poisoned instruction: no kernel has it, so that the verifier refuses the program if it can get
    /// there. It is the value that libbpf uses.
    /// </summary>
    internal const int Poison = 195896080;

    internal static void Apply(Span<BpfInstruction> code, int index, CoreResolution resolution, string description)
    {
        ref BpfInstruction instruction = ref code[index];
        if (resolution.IsPoison)
        {
            ApplyPoison(code, index);
            return;
        }

        const byte Register = 0x08;
        switch (instruction.Opcode & 7)
        {
            case 4 or 7 when (instruction.Opcode & Register) == 0:
                Check(resolution, (uint)instruction.Immediate, (uint)resolution.Original, description);
                instruction = instruction with { Immediate = unchecked((int)resolution.Value) };
                break;
            case 1 or 2 or 3:
                PatchMemoryAccess(code, index, resolution, description);
                break;
            case 0 when instruction.IsLoadImmediate64 && instruction.Source == 0 && index + 1 < code.Length:
                ulong present = (uint)instruction.Immediate | ((ulong)(uint)code[index + 1].Immediate << 32);
                Check(resolution, present, resolution.Original, description);
                instruction = instruction with { Immediate = unchecked((int)resolution.Value) };
                code[index + 1] = code[index + 1] with { Immediate = (int)(resolution.Value >> 32) };
                break;
            default:
                throw Mismatch(description, $"an instruction of opcode 0x{instruction.Opcode:x2} takes no CO-RE relocation");
        }
    }

    private static void PatchMemoryAccess(Span<BpfInstruction> code, int index, CoreResolution resolution, string description)
    {
        ref BpfInstruction instruction = ref code[index];
        Check(resolution, (ushort)instruction.Offset, (ushort)resolution.Original, description);
        if (resolution.Value > (ulong)short.MaxValue)
        {
            throw Mismatch(description, $"offset {resolution.Value} does not fit into an instruction");
        }

        if (resolution.CannotResize)
        {
            ApplyPoison(code, index);
            return;
        }

        instruction = instruction with { Offset = (short)resolution.Value };
        if (resolution.OriginalSize != resolution.Size)
        {
            const byte SizeMask = 0x18;
            if (WidthOf(instruction.Opcode) != resolution.OriginalSize || CodeOf(resolution.Size) is not { } size)
            {
                throw Mismatch(description, $"a load of {WidthOf(instruction.Opcode)} bytes cannot become one of {resolution.Size}");
            }

            instruction = instruction with { Opcode = (byte)((instruction.Opcode & ~SizeMask) | size) };
        }
    }

    private static void ApplyPoison(Span<BpfInstruction> code, int index)
    {
        BpfInstruction poison = new(BpfInstruction.CallOpcode, 0, 0, Poison);
        if (code[index].IsLoadImmediate64 && index + 1 < code.Length)
        {
            code[index + 1] = poison;
        }

        code[index] = poison;
    }

    private static int WidthOf(byte opcode) => (opcode & 0x18) switch
    {
        0x00 => 4,
        0x08 => 2,
        0x10 => 1,
        _ => 8,
    };

    private static byte? CodeOf(long width) => width switch
    {
        4 => 0x00,
        2 => 0x08,
        1 => 0x10,
        8 => 0x18,
        _ => null,
    };

    private static void Check(CoreResolution resolution, ulong present, ulong expected, string description)
    {
        if (resolution.Validate && present != expected)
        {
            throw Mismatch(description, $"the instruction holds {present}, the types say {expected}");
        }
    }

    private static BpfFormatException Mismatch(string description, string problem) =>
        new(BtfExtension.SectionName, 0, $"CO-RE relocation of {description}: {problem}");
}

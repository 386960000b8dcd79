using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Elf;

namespace EbpfFirewall.Native.Objects;

/// <summary>Turns ELF relocations of code into references to maps, data, functions and kernel symbols.</summary>
internal static class ReferenceParser
{
    internal static void Parse(ObjectSymbols symbols)
    {
        foreach ((int index, List<BpfFunction> functions) in symbols.Functions)
        {
            ElfSection section = symbols.Elf.Sections[index];
            foreach (ElfRelocation relocation in symbols.Elf.RelocationsOf(section))
            {
                if (relocation.Offset % BpfInstruction.Size != 0 || relocation.Offset >= section.Size)
                {
                    throw new BpfFormatException(section.Name, relocation.Offset, "relocation outside of the code");
                }

                int at = (int)(relocation.Offset / BpfInstruction.Size);
                if (symbols.FindFunction(index, at) is { } function)
                {
                    function.References.Add(Resolve(symbols, section, relocation, function, at - function.Start));
                }
            }

            foreach (BpfFunction function in functions)
            {
                AddUnrelocatedCalls(symbols, section, function);
                function.References.Sort(static (a, b) => a.Index.CompareTo(b.Index));
            }
        }
    }

    private static BpfReference Resolve(ObjectSymbols symbols, ElfSection section, ElfRelocation relocation, BpfFunction function, int index)
    {
        BpfInstruction instruction = function.Instructions[index];
        ElfSymbol symbol = symbols.Elf.Symbols[relocation.SymbolIndex];
        BpfFormatException Error(string problem) => new(section.Name, relocation.Offset, problem);

        if (instruction.Opcode == BpfInstruction.CallOpcode)
        {
            return symbol.IsDefined
                ? Function(symbols, symbol, (symbol.Value / BpfInstruction.Size) + instruction.Immediate + 1, index, BpfReferenceKind.Call)
                    ?? throw Error($"call of '{symbol.Name}', which is no function of this object")
                : new BpfReference(index, BpfReferenceKind.KernelFunction, symbol.Name, 0, null, symbol.IsWeak);
        }

        if (!instruction.IsLoadImmediate64 || index + 1 >= function.Instructions.Length)
        {
            throw Error($"relocation against '{symbol.Name}' on an instruction that takes none (opcode 0x{instruction.Opcode:x2})");
        }

        if (!symbol.IsDefined)
        {
            if (symbols.Configuration.TryGetValue(symbol.Name, out ConfigurationVariable? variable))
            {
                return new BpfReference(index, BpfReferenceKind.Data, BtfFixup.KernelConfiguration, variable.Offset, null, false);
            }

            return new BpfReference(index, BpfReferenceKind.KernelVariable, symbol.Name, 0, null, symbol.IsWeak);
        }

        ElfSection target = symbols.Elf.Sections[symbol.SectionIndex];
        if (target.Name == ObjectSymbols.MapsSection)
        {
            if (symbol.Kind == ElfSymbol.SectionKind || symbol.IsLocal)
            {
                throw Error("refers to a static map: maps must be global");
            }

            return symbols.MapsByOffset.TryGetValue(symbol.Value, out BpfMapSpec? map)
                ? new BpfReference(index, BpfReferenceKind.Map, map.Name, 0, null, false)
                : throw Error($"no map begins at '{symbol.Name}'");
        }

        if (target.Name == JumpTables.Section)
        {
            return new BpfReference(index, BpfReferenceKind.JumpTable, symbol.Name, (int)symbol.Value, null, false)
            {
                Targets = Targets(symbols.Elf, target, symbol, function),
            };
        }

        if (target.Name == ArenaData.Section)
        {
            return new BpfReference(
                index, BpfReferenceKind.ArenaData, symbols.Arena?.Name ?? throw Error("refers to arena memory, but the object has no arena"),
                checked((int)(symbol.Value + instruction.Immediate)), null, false);
        }

        if (symbols.DataMaps.TryGetValue(target.Index, out BpfMapSpec? data))
        {
            long offset = symbol.Value + instruction.Immediate;
            return offset >= 0 && offset <= data.ValueSize
                ? new BpfReference(index, BpfReferenceKind.Data, data.Name, (int)offset, null, false)
                : throw Error($"refers to byte {offset} of {data.Name}, which has {data.ValueSize}");
        }

        if (target.IsExecutable)
        {
            long bytes = symbol.Value + instruction.Immediate;
            return Function(symbols, symbol, bytes / BpfInstruction.Size, index, BpfReferenceKind.FunctionAddress)
                ?? throw Error($"address of '{symbol.Name}', which is no function of this object");
        }

        if (target.Name == LegacyMapParser.Section)
        {
            return symbols.LegacyMapsByOffset.TryGetValue(symbol.Value + instruction.Immediate, out BpfMapSpec? map)
                ? new BpfReference(index, BpfReferenceKind.Map, map.Name, 0, null, false)
                : throw Error($"no map begins at byte {symbol.Value + instruction.Immediate} of '{target.Name}'");
        }

        throw Error($"refers to section '{target.Name}', which is not supported");
    }

    /// <summary>The table holds byte offsets in the section of its function.</summary>
    private static int[] Targets(ElfFile elf, ElfSection section, ElfSymbol symbol, BpfFunction function)
    {
        EndianReader reader = elf.Read(section);
        if (symbol.Size % 8 != 0)
        {
            throw reader.Error(symbol.Value, $"a jump table of {symbol.Size} bytes");
        }

        int[] targets = new int[symbol.Size / 8];
        for (int i = 0; i < targets.Length; i++)
        {
            long at = symbol.Value + (i * 8L);
            long target = ((long)reader.U64(at) / BpfInstruction.Size) - function.Start;
            targets[i] = target >= 0 && target < function.Instructions.Length
                ? (int)target
                : throw reader.Error(at, $"a jump out of function '{function.Name}'");
        }

        return targets;
    }

    private static BpfReference? Function(ObjectSymbols symbols, ElfSymbol symbol, long instruction, int index, BpfReferenceKind kind) =>
        symbols.FindFunction(symbol.SectionIndex, instruction) is { } target && target.Start == instruction
            ? new BpfReference(index, kind, target.Name, 0, target, false)
            : null;

    /// <summary>clang up to 9 resolves calls inside a section itself and leaves no relocation.</summary>
    private static void AddUnrelocatedCalls(ObjectSymbols symbols, ElfSection section, BpfFunction function)
    {
        HashSet<int> known = [.. function.References.Select(static r => r.Index)];
        for (int i = 0; i < function.Instructions.Length; i++)
        {
            BpfInstruction instruction = function.Instructions[i];
            bool isAddress = instruction.IsLoadImmediate64 && instruction.Source == BpfInstruction.PseudoFunction;
            if (known.Contains(i) || !(instruction.IsLocalCall || isAddress))
            {
                continue;
            }

            long target = (long)function.Start + i + instruction.Immediate + 1;
            BpfFunction callee = symbols.FindFunction(section.Index, target) is { } found && found.Start == target
                ? found
                : throw new BpfFormatException(section.Name, (long)(function.Start + i) * BpfInstruction.Size, "call into nowhere");
            BpfReferenceKind kind = isAddress ? BpfReferenceKind.FunctionAddress : BpfReferenceKind.Call;
            function.References.Add(new BpfReference(i, kind, callee.Name, 0, callee, false));
        }
    }
}

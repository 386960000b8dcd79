using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.CoRe;
using EbpfFirewall.Native.Elf;

namespace EbpfFirewall.Native.Objects;

/// <summary>Finds the functions of the executable sections and hands each its part of BTF.ext.</summary>
internal static class FunctionParser
{
    internal static void Parse(ObjectSymbols symbols, BtfExtension? extension)
    {
        foreach (ElfSection section in symbols.Elf.Sections)
        {
            if (!section.IsExecutable || section.Size == 0)
            {
                continue;
            }

            if (section.IsCompressed || section.Size % BpfInstruction.Size != 0)
            {
                throw new BpfFormatException(section.Name, section.Size, "is not a whole number of instructions");
            }

            List<BpfFunction> functions = ParseSection(symbols.Elf, section);
            symbols.Functions.Add(section.Index, functions);
            if (extension is not null)
            {
                Distribute(section.Name, functions, extension);
            }
        }
    }

    private static List<BpfFunction> ParseSection(ElfFile elf, ElfSection section)
    {
        List<ElfSymbol> starts = [.. elf.Symbols
            .Where(s => s.SectionIndex == section.Index && IsFunction(s))
            .OrderBy(static s => s.Value).ThenBy(static s => s.IsLocal)
            .DistinctBy(static s => s.Value)];
        if (starts.Count == 0 && section.Name == ObjectSymbols.TextSection)
        {
            // The static linker leaves the bodies of weak functions that a strong one replaced.
            return [];
        }

        if (starts.Count == 0)
        {
            throw new BpfFormatException(section.Name, 0, "code without a function symbol");
        }

        EndianReader reader = elf.Read(section);
        List<BpfFunction> functions = new(starts.Count);
        for (int i = 0; i < starts.Count; i++)
        {
            ElfSymbol symbol = starts[i];
            long next = i + 1 < starts.Count ? starts[i + 1].Value : section.Size;

            // clang before 8 leaves programs without type and size.
            long size = symbol.Size == 0 ? next - symbol.Value : symbol.Size;
            if (symbol.Value % BpfInstruction.Size != 0 || size % BpfInstruction.Size != 0 || symbol.Value + size > next)
            {
                throw reader.Error(symbol.Value, $"function '{symbol.Name}' of {size} bytes overlaps or is not whole");
            }

            BpfInstruction[] code = Decode(reader, symbol.Value, (int)(size / BpfInstruction.Size));
            functions.Add(new BpfFunction(symbol.Name, section.Name, (int)(symbol.Value / BpfInstruction.Size), code)
            {
                IsLocal = symbol.IsLocal,
                IsHidden = symbol.Visibility is 1 or 2,
            });
        }

        return functions;
    }

    private static bool IsFunction(ElfSymbol symbol) => symbol.Name.Length > 0
        && (symbol.Kind == ElfSymbol.Function || (symbol.Kind == ElfSymbol.NoType && !symbol.IsLocal));

    private static BpfInstruction[] Decode(EndianReader reader, long at, int count)
    {
        BpfInstruction[] code = new BpfInstruction[count];
        for (int i = 0; i < count; i++, at += BpfInstruction.Size)
        {
            byte registers = reader.U8(at + 1);
            registers = reader.LittleEndian ? registers : (byte)((registers << 4) | (registers >> 4));
            code[i] = new BpfInstruction(reader.U8(at), registers, (short)reader.U16(at + 2), (int)reader.U32(at + 4));
        }

        return code;
    }

    private static void Distribute(string section, List<BpfFunction> functions, BtfExtension extension)
    {
        foreach (FunctionRecord record in Of(extension.Functions, section))
        {
            if (functions.Find(f => f.Start == record.Index) is { } function)
            {
                function.TypeId = record.TypeId;
            }
        }

        foreach (BpfFunction function in functions)
        {
            uint start = (uint)function.Start;
            uint end = start + (uint)function.Instructions.Length;
            foreach (LineRecord line in Of(extension.Lines, section))
            {
                if (line.Index >= start && line.Index < end)
                {
                    function.Lines.Add(line with { Index = line.Index - start });
                }
            }

            function.Lines.Sort(static (a, b) => a.Index.CompareTo(b.Index));
            foreach (CoreRelocation relocation in Of(extension.CoreRelocations, section))
            {
                if (relocation.Index >= start && relocation.Index < end)
                {
                    function.CoreRelocations.Add(relocation with { Index = relocation.Index - (int)start });
                }
            }
        }
    }

    private static List<T> Of<T>(Dictionary<string, List<T>> records, string section) =>
        records.TryGetValue(section, out List<T>? list) ? list : [];
}

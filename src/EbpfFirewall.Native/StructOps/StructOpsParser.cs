using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Elf;
using EbpfFirewall.Native.Objects;

namespace EbpfFirewall.Native.StructOps;

/// <summary>Reads <c>.struct_ops</c> and <c>.struct_ops.link</c>: each variable is an implementation, and the map that registers it.</summary>
internal static class StructOpsParser
{
    private const string Section = ".struct_ops";

    // Structures of the kernel are small; a hostile object could declare any size.
    private const int LargestStructure = 64 << 10;

    internal static List<BpfMapSpec> Parse(ObjectSymbols symbols, Btf? btf)
    {
        List<BpfMapSpec> maps = [];
        foreach (ElfSection section in symbols.Elf.Sections)
        {
            string name = section.Name.TrimStart('?');
            if (section.Size == 0 || section.Type != ElfSection.ProgBits || !(name is Section or Section + ".link"))
            {
                continue;
            }

            int id = btf?.FindId(section.Name, BtfKind.DataSection) ?? -1;
            if (id < 0)
            {
                throw new BpfFormatException(section.Name, 0, "implementations of kernel structures without BTF: compile with -g");
            }

            List<(long Start, StructOpsDefinition Definition)> places = [];
            BtfType entries = btf!.Type(id);
            for (int i = 0; i < entries.Count; i++)
            {
                (long start, StructOpsDefinition definition) = ParseVariable(symbols, section, btf.Type(entries.SectionEntry(i).TypeId), name != Section);
                places.Add((start, definition));
                maps.Add(new BpfMapSpec(definition.Name, BpfMapType.StructOps, sizeof(int), definition.Data.Length, 1)
                {
                    StructOps = definition,
                    Flags = definition.HasLink ? BpfMapFlags.Link : BpfMapFlags.None,
                });
            }

            AddPrograms(symbols, section, places);
        }

        return maps;
    }

    private static (long Start, StructOpsDefinition Definition) ParseVariable(ObjectSymbols symbols, ElfSection section, BtfType variable, bool hasLink)
    {
        BtfType type = variable.Kind == BtfKind.Variable ? variable.Owner.Skip(variable.SizeOrType) : variable;
        if (variable.Kind != BtfKind.Variable || type.Kind != BtfKind.Struct || type.NameOffset == 0)
        {
            throw new BpfFormatException(section.Name, 0, $"'{variable.Name}' is no variable of a structure with a name");
        }

        string name = variable.Name;
        int size = type.SizeOrType;
        return symbols.FindSymbol(name, section.Index) is { } symbol && size is > 0 and <= LargestStructure
            && symbol.Value >= 0 && symbol.Value <= section.Data.Length - size
            ? (symbol.Value, new StructOpsDefinition(name, type, section.Data.Slice((int)symbol.Value, size).ToArray(), hasLink))
            : throw new BpfFormatException(section.Name, 0, $"'{name}' has no place in the section");
    }

    private static void AddPrograms(ObjectSymbols symbols, ElfSection section, List<(long Start, StructOpsDefinition Definition)> places)
    {
        foreach (ElfRelocation relocation in symbols.Elf.RelocationsOf(section))
        {
            ElfSymbol symbol = symbols.Elf.Symbols[relocation.SymbolIndex];
            (long start, StructOpsDefinition? definition) = places.Where(p => p.Start <= relocation.Offset).MaxBy(static p => p.Start);
            long offset = relocation.Offset - start;
            if (definition is null || offset % 8 != 0 || offset > definition.Data.Length - 8
                || symbols.FindFunction(symbol.SectionIndex, symbol.Value / BpfInstruction.Size) is not { } function)
            {
                throw new BpfFormatException(section.Name, relocation.Offset, $"relocation against '{symbol.Name}', which is no program for a member");
            }

            definition.Programs[(int)offset] = function.Name;
            definition.Data.AsSpan((int)offset, 8).Clear();
        }
    }
}

using EbpfFirewall.Native.Elf;

namespace EbpfFirewall.Native.Objects;

/// <summary>What the parsers of one object share: the ELF file and its sections by role.</summary>
internal sealed class ObjectSymbols(ElfFile elf)
{
    internal const string MapsSection = ".maps";
    internal const string TextSection = ".text";

    // All data sections of an object together; SHT_NOBITS could otherwise ask for any amount.
    private const long LargestData = 64 << 20;

    internal ElfFile Elf { get; } = elf;

    /// <summary>The map of each data section by section index, whether anything refers to it or not.</summary>
    internal Dictionary<int, BpfMapSpec> DataMaps { get; } = [];

    /// <summary>The maps of <c>.maps</c> by their offset in it.</summary>
    internal Dictionary<long, BpfMapSpec> MapsByOffset { get; } = [];

    /// <summary>The maps of a <c>maps</c> section by their offset in it.</summary>
    internal Dictionary<long, BpfMapSpec> LegacyMapsByOffset { get; } = [];

    /// <summary>What <c>.kconfig</c> declares, by name.</summary>
    internal Dictionary<string, ConfigurationVariable> Configuration { get; } = [];

    /// <summary>Functions by section index, in order of their place.</summary>
    internal Dictionary<int, List<BpfFunction>> Functions { get; } = [];

    internal static bool IsData(string name) => IsNamed(name, ".data") || IsNamed(name, ".bss") || IsConstant(name);

    internal static bool IsConstant(string name) => IsNamed(name, ".rodata");

    internal BpfFunction? FindFunction(int sectionIndex, long instruction)
    {
        if (Functions.TryGetValue(sectionIndex, out List<BpfFunction>? list))
        {
            foreach (BpfFunction function in list)
            {
                if (instruction >= function.Start && instruction < function.Start + function.Instructions.Length)
                {
                    return function;
                }
            }
        }

        return null;
    }

    internal ElfSymbol? FindSymbol(string name, int sectionIndex)
    {
        foreach (ElfSymbol symbol in Elf.Symbols)
        {
            if (symbol.SectionIndex == sectionIndex && symbol.Name == name)
            {
                return symbol;
            }
        }

        return null;
    }

    /// <summary>Makes a map of each data section, and of each visible object in it a variable.</summary>
    internal Dictionary<string, BpfVariableSpec> ParseData(HashSet<string> usedSections)
    {
        long total = 0;
        foreach (ElfSection section in Elf.Sections)
        {
            if (section.Size == 0 || !IsData(section.Name) || section.Type is not (ElfSection.ProgBits or ElfSection.NoBits))
            {
                continue;
            }

            total += section.Size;
            if (total > LargestData)
            {
                throw new BpfFormatException(section.Name, 0, $"data sections of more than {LargestData >> 20} MiB");
            }

            bool constant = IsConstant(section.Name);
            byte[] data = new byte[section.Size];
            section.Data.CopyTo(data);
            BpfMapFlags flags = BpfMapFlags.Mmapable | (constant ? BpfMapFlags.ReadOnlyProgram : BpfMapFlags.None);
            DataMaps.Add(section.Index, new BpfMapSpec(section.Name, BpfMapType.Array, 4, data.Length, 1, flags)
            {
                Data = data,
                IsConstantData = constant,
            });
        }

        Dictionary<string, BpfVariableSpec> variables = [];

        // Global symbols first: a static of the same name in some function must not hide them.
        foreach (ElfSymbol symbol in Elf.Symbols.OrderBy(static s => s.IsLocal))
        {
            const byte Default = 0;
            const byte Protected = 3;
            if (symbol.Kind == ElfSymbol.Object && symbol.Size > 0 && symbol.Visibility is Default or Protected
                && DataMaps.TryGetValue(symbol.SectionIndex, out BpfMapSpec? map))
            {
                variables.TryAdd(symbol.Name, new BpfVariableSpec(symbol.Name, map, (int)symbol.Value, (int)symbol.Size));
                usedSections.Add(map.Name);
            }
        }

        return variables;
    }

    private static bool IsNamed(string name, string stem) =>
        name == stem || (name.StartsWith(stem, StringComparison.Ordinal) && name[stem.Length] == '.');
}

using EbpfFirewall.Native.Elf;

namespace EbpfFirewall.Native.Objects;

/// <summary>What the parsers of one object share: the ELF file and its sections by role.</summary>
internal sealed class ObjectSymbols(ElfFile elf)
{
    internal const string MapsSection = ".maps";
    internal const string TextSection = ".text";

    // All data sections of an object together; SHT_NOBITS could otherwise ask for any amount.
    private const long LargestData = 64 << 20;

    // What can hold variables that user space reads and writes, by section index.
    private readonly Dictionary<int, BpfMapSpec> _holders = [];

    internal ElfFile Elf { get; } = elf;

    /// <summary>The map of each data section by section index, in order; as in libbpf, also of those that nothing refers to.</summary>
    internal Dictionary<int, BpfMapSpec> DataMaps { get; } = [];

    /// <summary>The arena that holds the variables of <see cref="ArenaData.Section"/>.</summary>
    internal BpfMapSpec? Arena { get; private set; }

    /// <summary>The maps of <c>.maps</c> by their offset in it.</summary>
    internal Dictionary<long, BpfMapSpec> MapsByOffset { get; } = [];

    /// <summary>The maps of a <c>maps</c> section by their offset in it.</summary>
    internal Dictionary<long, BpfMapSpec> LegacyMapsByOffset { get; } = [];

    /// <summary>What <c>.kconfig</c> declares, by name.</summary>
    internal Dictionary<string, ConfigurationVariable> Configuration { get; } = [];

    /// <summary>Functions by section index, in order of their place.</summary>
    internal Dictionary<int, List<BpfFunction>> Functions { get; } = [];

    internal static bool IsData(string name) =>
        IsNamed(name, ".data") || IsNamed(name, ".bss") || IsConstant(name) || IsPerCpu(name);

    internal static bool IsConstant(string name) => IsNamed(name, ".rodata");

    /// <summary>Variables of which each processor has its own.</summary>
    internal static bool IsPerCpu(string name) => IsNamed(name, ".percpu");

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

    /// <summary>Makes a map of each data section.</summary>
    internal void ParseData()
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
            BpfMapType type = IsPerCpu(section.Name) ? BpfMapType.PerCpuArray : BpfMapType.Array;
            BpfMapFlags flags = constant ? BpfMapFlags.ReadOnlyProgram : BpfMapFlags.None;
            BpfMapSpec map = new(section.Name, type, 4, data.Length, 1, flags)
            {
                Data = data,
                IsConstantData = constant,
            };
            DataMaps.Add(section.Index, map);
            if (type == BpfMapType.Array)
            {
                _holders.Add(section.Index, map);
            }
        }
    }

    /// <summary>Gives the object's arena, if it has one, its variables.</summary>
    internal void ParseArena(IEnumerable<BpfMapSpec> maps)
    {
        Arena = maps.FirstOrDefault(static m => m.Type == BpfMapType.Arena);
        if (Arena is not null && Elf.Find(ArenaData.Section) is { Size: > 0 and <= LargestData } section)
        {
            Arena.ArenaData = new byte[section.Size];
            section.Data.CopyTo(Arena.ArenaData);
            _holders.Add(section.Index, Arena);
        }
    }

    /// <summary>Makes of each visible object in a data section a variable.</summary>
    internal List<BpfVariableSpec> ParseVariables()
    {
        Dictionary<string, BpfVariableSpec> variables = [];

        // Global symbols first: a static of the same name in some function must not hide them.
        foreach (ElfSymbol symbol in Elf.Symbols.OrderBy(static s => s.IsLocal))
        {
            const byte Default = 0;
            const byte Protected = 3;
            if (symbol.Kind == ElfSymbol.Object && symbol.Size > 0 && symbol.Visibility is Default or Protected
                && _holders.TryGetValue(symbol.SectionIndex, out BpfMapSpec? map))
            {
                variables.TryAdd(symbol.Name, new BpfVariableSpec(symbol.Name, map, (int)symbol.Value, (int)symbol.Size));

                // Only what somebody is to see is mapped: locks and lists in hidden variables are not for user space to write.
                map.Flags |= BpfMapFlags.Mmapable;
            }
        }

        return [.. variables.Values];
    }

    private static bool IsNamed(string name, string stem) =>
        name == stem || (name.StartsWith(stem, StringComparison.Ordinal) && name[stem.Length] == '.');
}

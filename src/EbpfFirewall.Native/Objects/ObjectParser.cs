using System.Text;
using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Elf;
using EbpfFirewall.Native.StructOps;

namespace EbpfFirewall.Native.Objects;

/// <summary>Parses an object, in this order: sections and symbols, types, data, maps, functions, references, programs.</summary>
internal static class ObjectParser
{
    internal static ParsedObject Parse(ReadOnlyMemory<byte> image)
    {
        ElfFile elf = ElfFile.Parse(image);
        ObjectSymbols symbols = new(elf);
        Btf? btf = ParseBtf(elf);
        BtfExtension? extension = btf is not null && elf.Find(BtfExtension.SectionName) is { Size: > 0 } section
            ? BtfExtension.Parse(elf.Read(section), btf)
            : null;
        SortedList<string, bool> kernelSymbols = btf is null ? [] : KernelSymbolLinker.FindDeclared(btf);
        List<ConfigurationVariable> configuration = btf is null ? [] : ConfigurationParser.Parse(btf, elf);
        foreach (ConfigurationVariable variable in configuration)
        {
            if (!symbols.Configuration.TryAdd(variable.Name, variable))
            {
                throw new BpfFormatException(BtfFixup.KernelConfiguration, 0, $"two of the name '{variable.Name}'");
            }
        }

        btf = btf is null ? null : BtfFixup.Complete(btf, symbols);

        symbols.ParseData();
        List<BpfMapSpec> maps = btf is null ? RefuseMapsWithoutBtf(elf) : new MapDefinitionParser(symbols, btf).Parse();
        maps.AddRange(LegacyMapParser.Parse(symbols));
        symbols.ParseArena(maps);
        List<BpfVariableSpec> variables = symbols.ParseVariables();
        FunctionParser.Parse(symbols, extension);
        if (btf is not null)
        {
            ExceptionCallbacks.Assign(symbols, btf);
        }

        ReferenceParser.Parse(symbols);
        maps.AddRange(StructOpsParser.Parse(symbols, btf));

        IEnumerable<BpfMapSpec> dataMaps = symbols.DataMaps.Values;
        foreach (BpfMapSpec data in configuration.Count == 0 ? dataMaps : dataMaps.Append(ConfigurationParser.Map(configuration)))
        {
            data.BtfValueTypeId = Math.Max(0, btf?.FindId(data.Name, BtfKind.DataSection) ?? 0);
            maps.Add(data);
        }

        RefuseTwins(maps.Select(static m => m.Name), "map");
        List<BpfProgramSpec> programs = Programs(symbols);
        RefuseTwins(programs.Select(static p => p.Name), "program");
        return new ParsedObject
        {
            IsLittleEndian = elf.LittleEndian,
            License = License(elf),
            KernelVersion = elf.Find("version") is { Size: >= 4 } version ? elf.Read(version).U32(0) : 0,
            Btf = btf,
            KernelSymbols = kernelSymbols,
            Maps = maps,
            Programs = programs,
            Variables = variables,
            Configuration = configuration,
        };
    }

    private static Btf? ParseBtf(ElfFile elf)
    {
        // An empty .BTF is what some strippers leave.
        if (elf.Find(".BTF") is not { Size: > 0 } section)
        {
            return null;
        }

        return section.IsCompressed
            ? throw new BpfFormatException(section.Name, 0, "compressed sections are not supported")
            : Btf.Parse(section.Data);
    }

    private static List<BpfMapSpec> RefuseMapsWithoutBtf(ElfFile elf) => elf.Find(ObjectSymbols.MapsSection) is { Size: > 0 }
        ? throw new BpfFormatException(ObjectSymbols.MapsSection, 0, "maps without BTF: compile with -g")
        : [];

    private static string License(ElfFile elf)
    {
        if (elf.Find("license") is not { } section)
        {
            return "";
        }

        ReadOnlySpan<byte> text = section.Data.Span;
        int end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }

    /// <summary>Global functions outside of .text; static ones there are subprograms like those of .text.</summary>
    private static List<BpfProgramSpec> Programs(ObjectSymbols symbols)
    {
        List<BpfProgramSpec> programs = [];
        foreach (BpfFunction function in symbols.Functions.Values.SelectMany(static f => f))
        {
            if (function.Section == ObjectSymbols.TextSection || function.IsLocal)
            {
                continue;
            }

            bool optional = function.Section.StartsWith('?');
            SectionType type = SectionTypes.Find(optional ? function.Section[1..] : function.Section);
            programs.Add(new BpfProgramSpec(function, type, autoLoad: !optional));
        }

        return programs;
    }

    private static void RefuseTwins(IEnumerable<string> names, string what)
    {
        HashSet<string> seen = [];
        foreach (string name in names)
        {
            if (!seen.Add(name))
            {
                throw new BpfFormatException("symbols", 0, $"two of the name '{name}': a {what} must be unique");
            }
        }
    }
}

using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Elf;

namespace EbpfFirewall.Native.Objects;

/// <summary>Lays out the variables that an object wants from the kernel's configuration. The ELF file has no such section: only BTF knows it.</summary>
internal static class ConfigurationParser
{
    private const string Section = BtfFixup.KernelConfiguration;
    private const int LongestText = 1 << 16;

    // A variable takes few bytes of the object, whatever size it declares.
    private const int LargestSection = 1 << 20;

    /// <summary>The variables by descending alignment, then ascending size, then name: the order that libbpf gives them.</summary>
    internal static List<ConfigurationVariable> Parse(Btf btf, ElfFile elf)
    {
        int id = btf.FindId(Section, BtfKind.DataSection);
        if (id < 0)
        {
            return [];
        }

        HashSet<string> weak = [.. elf.Symbols.Where(static s => s.IsWeak).Select(static s => s.Name)];
        List<(int Alignment, ConfigurationVariable Variable)> found = [];
        BtfType section = btf.Type(id);
        for (int i = 0; i < section.Count; i++)
        {
            BtfType declared = btf.Type(section.SectionEntry(i).TypeId);
            if (declared.Kind != BtfKind.Variable)
            {
                throw new BpfFormatException(Section, 0, $"entry {i} is no variable");
            }

            found.Add(Describe(btf, declared, weak.Contains(declared.Name)));
        }

        List<ConfigurationVariable> placed = [];
        int offset = 0;
        foreach ((int alignment, ConfigurationVariable variable) in found
            .OrderByDescending(static f => f.Alignment).ThenBy(static f => f.Variable.Size).ThenBy(static f => f.Variable.Name, StringComparer.Ordinal))
        {
            offset = (offset + alignment - 1) / alignment * alignment;
            placed.Add(variable with { Offset = offset });
            offset += variable.Size;
            if (offset > LargestSection)
            {
                throw new BpfFormatException(Section, 0, $"values of more than {LargestSection} bytes");
            }
        }

        return placed;
    }

    /// <summary>The map that holds them.</summary>
    internal static BpfMapSpec Map(List<ConfigurationVariable> variables)
    {
        byte[] data = new byte[variables.Max(static v => v.Offset + v.Size)];
        return new BpfMapSpec(Section, BpfMapType.Array, 4, data.Length, 1, BpfMapFlags.Mmapable | BpfMapFlags.ReadOnlyProgram)
        {
            Data = data,
            IsConstantData = true,
        };
    }

    private static (int Alignment, ConfigurationVariable Variable) Describe(Btf btf, BtfType declared, bool isWeak)
    {
        BtfType type = btf.Skip(declared.SizeOrType);
        ConfigurationVariable Make(ConfigurationKind kind, long size, bool isSigned = false) =>
            new(declared.Name, kind, 0, (int)size, isSigned, isWeak);

        const uint Bool = 4;
        switch (type.Kind)
        {
            case BtfKind.Integer when (type.IntegerEncoding & Bool) != 0 && type.SizeOrType == 1:
                return (1, Make(ConfigurationKind.Boolean, 1));
            case BtfKind.Integer when (type.IntegerEncoding & Bool) == 0 && type.SizeOrType == 1:
                return (1, Make(ConfigurationKind.Character, 1, type.IsSigned));
            case BtfKind.Integer when type.SizeOrType is 2 or 4 or 8:
                return (type.SizeOrType, Make(ConfigurationKind.Integer, type.SizeOrType, type.IsSigned));
            case BtfKind.Enum or BtfKind.Enum64 when type.SizeOrType is 4 or 8 && type.Name == "libbpf_tristate":
                return (type.SizeOrType, Make(ConfigurationKind.Tristate, type.SizeOrType));
            case BtfKind.Array when type.ElementCount is > 0 and <= LongestText && btf.Skip(type.ElementType) is { Kind: BtfKind.Integer, SizeOrType: 1 }:
                return (1, Make(ConfigurationKind.Text, type.ElementCount));
            default:
                throw new BpfFormatException(Section, 0, $"'{declared.Name}' has a type that no configuration value fits: bool, enum libbpf_tristate, integers and char arrays do");
        }
    }
}

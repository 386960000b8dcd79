using EbpfFirewall.Native.Elf;

namespace EbpfFirewall.Native.Objects;

/// <summary>
/// Reads a <c>maps</c> section, in which each map is a <c>struct bpf_map_def</c>: type, key size, value size, entries and flags as u32.
/// Loaders appended fields of their own to it; what they mean nobody else knows, so they must be zero.
/// </summary>
internal static class LegacyMapParser
{
    internal const string Section = "maps";
    private const int LeastSize = 16;
    private const int KnownSize = 20;

    internal static List<BpfMapSpec> Parse(ObjectSymbols symbols)
    {
        if (symbols.Elf.Find(Section) is not { Size: > 0, Type: ElfSection.ProgBits } section)
        {
            return [];
        }

        EndianReader reader = symbols.Elf.Read(section);
        List<ElfSymbol> definitions = [.. symbols.Elf.Symbols
            .Where(s => s.SectionIndex == section.Index && s.Name.Length > 0 && s.Kind is ElfSymbol.Object or ElfSymbol.NoType)
            .OrderBy(static s => s.Value)];
        List<BpfMapSpec> maps = [];
        for (int i = 0; i < definitions.Count; i++)
        {
            ElfSymbol symbol = definitions[i];
            long next = i + 1 < definitions.Count ? definitions[i + 1].Value : section.Size;
            long size = symbol.Size == 0 ? next - symbol.Value : symbol.Size;
            if (size < LeastSize || symbol.Value + size > next)
            {
                throw reader.Error(symbol.Value, $"map '{symbol.Name}' of {size} bytes is no struct bpf_map_def, or overlaps another");
            }

            if (size > KnownSize && reader.Slice(symbol.Value + KnownSize, size - KnownSize).ContainsAnyExcept((byte)0))
            {
                throw reader.Error(symbol.Value + KnownSize, $"map '{symbol.Name}' sets fields that are no part of struct bpf_map_def (iproute2's?): define it in .maps with BTF");
            }

            uint keySize = reader.U32(symbol.Value + 4);
            uint valueSize = reader.U32(symbol.Value + 8);
            if ((keySize | valueSize) > int.MaxValue)
            {
                throw reader.Error(symbol.Value + 4, $"map '{symbol.Name}' has keys of {keySize} and values of {valueSize} bytes");
            }

            uint flags = size >= KnownSize ? reader.U32(symbol.Value + 16) : 0;
            BpfMapSpec map = new(
                symbol.Name, (BpfMapType)reader.U32(symbol.Value), (int)keySize, (int)valueSize, reader.U32(symbol.Value + 12), (BpfMapFlags)flags);
            maps.Add(map);
            symbols.LegacyMapsByOffset.Add(symbol.Value, map);
        }

        return maps;
    }
}

using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Elf;

namespace EbpfFirewall.Native.Objects;

/// <summary>Reads the maps that <c>.maps</c> describes by types: each a structure whose members encode the settings.</summary>
internal sealed class MapDefinitionParser(ObjectSymbols symbols, Btf btf)
{
    private const string Section = ObjectSymbols.MapsSection;

    internal List<BpfMapSpec> Parse()
    {
        List<BpfMapSpec> maps = [];
        if (symbols.Elf.Find(Section) is not { } section)
        {
            return maps;
        }

        int sectionType = btf.FindId(Section, BtfKind.DataSection);
        if (sectionType < 0)
        {
            throw new BpfFormatException(Section, 0, "maps without BTF: compile with -g");
        }

        List<(long Start, long Slots, BpfMapSpec Map)> places = [];
        BtfType entries = btf.Type(sectionType);
        for (int i = 0; i < entries.Count; i++)
        {
            BtfType variable = btf.Type(entries.SectionEntry(i).TypeId);
            if (variable.Kind != BtfKind.Variable)
            {
                throw new BpfFormatException(Section, 0, $"entry {i} is no variable");
            }

            string name = variable.Name;
            ElfSymbol symbol = symbols.FindSymbol(name, section.Index)
                ?? throw new BpfFormatException(Section, 0, $"map '{name}' has no symbol");
            BtfType definition = btf.Skip(variable.SizeOrType);
            BpfMapSpec map = ParseDefinition(name, definition, isInner: false, symbol.Value, out long slots);
            maps.Add(map);
            if (!symbols.MapsByOffset.TryAdd(symbol.Value, map))
            {
                throw new BpfFormatException(Section, symbol.Value, $"map '{name}' lies on another one");
            }

            places.Add((symbol.Value, slots, map));
        }

        AddInitialSlots(section, places);
        return maps;
    }

    private BpfMapSpec ParseDefinition(string name, BtfType definition, bool isInner, long at, out long slots)
    {
        slots = -1;
        if (definition.Kind != BtfKind.Struct)
        {
            throw new BpfFormatException(Section, at, $"map '{name}' is not a structure");
        }

        BpfMapSpec map = new(name, BpfMapType.Unspecified, 0, 0, 0);
        for (int i = 0; i < definition.Count; i++)
        {
            BtfMember member = definition.Member(i);
            string field = btf.String(member.NameOffset);
            switch (field)
            {
                case "type":
                    map.Type = (BpfMapType)Number(name, field, member, at);
                    break;
                case "max_entries":
                    map.MaxEntries = (uint)Number(name, field, member, at);
                    break;
                case "map_flags":
                    map.Flags = (BpfMapFlags)Number(name, field, member, at);
                    break;
                case "numa_node":
                    map.NumaNode = (uint)Number(name, field, member, at);
                    break;
                case "map_extra":
                    map.Extra = Number(name, field, member, at);
                    break;
                case "key_size":
                    map.KeySize = Agree(name, field, map.KeySize, (long)Number(name, field, member, at), at);
                    break;
                case "value_size":
                    map.ValueSize = Agree(name, field, map.ValueSize, (long)Number(name, field, member, at), at);
                    break;
                case "key":
                    (map.BtfKeyTypeId, long keySize) = Pointee(name, field, member, at);
                    map.KeySize = Agree(name, field, map.KeySize, keySize, at);
                    break;
                case "value":
                    (map.BtfValueTypeId, long valueSize) = Pointee(name, field, member, at);
                    map.ValueSize = Agree(name, field, map.ValueSize, valueSize, at);
                    break;
                case "pinning" when !isInner:
                    ulong pinning = Number(name, field, member, at);
                    map.PinByName = pinning <= 1 ? pinning == 1 : throw Error(name, at, $"pinning {pinning} is not known");
                    break;
                case "values" when !isInner && i == definition.Count - 1:
                    slots = member.BitOffset / 8;
                    ParseValues(map, member, at);
                    break;
                default:
                    throw Error(name, at, $"field '{field}' is not known here");
            }
        }

        return map.Type == BpfMapType.Unspecified ? throw Error(name, at, "has no type") : map;
    }

    private void ParseValues(BpfMapSpec map, BtfMember member, long at)
    {
        BtfType array = btf.Skip(member.TypeId);
        BtfType pointer = array.Kind == BtfKind.Array ? btf.Skip(array.ElementType) : array;
        BtfType target = pointer.Kind == BtfKind.Pointer ? btf.Skip(pointer.SizeOrType) : pointer;
        if (array.Kind != BtfKind.Array || pointer.Kind != BtfKind.Pointer)
        {
            throw Error(map.Name, at, "'values' is no array of pointers");
        }

        map.ValueSize = Agree(map.Name, "values", map.ValueSize, 4, at);
        if (map.Type is BpfMapType.ArrayOfMaps or BpfMapType.HashOfMaps)
        {
            map.Inner = ParseDefinition(map.Name + ".inner", target, isInner: true, at, out _);
        }
        else if (map.Type != BpfMapType.ProgramArray || target.Kind != BtfKind.FunctionPrototype)
        {
            throw Error(map.Name, at, "'values' is for maps of maps and program arrays");
        }
    }

    /// <summary>Relocations in .maps fill the slots of 'values' with maps and programs.</summary>
    private void AddInitialSlots(ElfSection section, List<(long Start, long Slots, BpfMapSpec Map)> places)
    {
        foreach (ElfRelocation relocation in symbols.Elf.RelocationsOf(section))
        {
            ElfSymbol symbol = symbols.Elf.Symbols[relocation.SymbolIndex];
            (long start, long slots, BpfMapSpec map) = places.Where(p => p.Start <= relocation.Offset).MaxBy(static p => p.Start);
            long into = relocation.Offset - start - slots;
            if (map is null || slots < 0 || into < 0 || into % 8 != 0 || symbol.Name.Length == 0 || into / 8 > int.MaxValue)
            {
                throw new BpfFormatException(Section, relocation.Offset, $"relocation against '{symbol.Name}' that belongs to no 'values'");
            }

            map.InitialSlots.Add(((int)(into / 8), symbol.Name));
        }

        foreach ((_, _, BpfMapSpec map) in places)
        {
            if (map.MaxEntries == 0 && map.InitialSlots.Count > 0)
            {
                map.MaxEntries = (uint)map.InitialSlots.Max(static s => s.Index) + 1;
            }
        }
    }

    /// <summary>A number is the length of an array behind a pointer (<c>__uint</c>), or the value of an enumerator (<c>__ulong</c>).</summary>
    private ulong Number(string map, string field, BtfMember member, long at)
    {
        BtfType type = btf.Skip(member.TypeId);
        if (type.IsAnyEnum && type.Count == 1)
        {
            return type.Enumerator(0).Value;
        }

        BtfType array = type.Kind == BtfKind.Pointer ? btf.Skip(type.SizeOrType) : type;
        return type.Kind == BtfKind.Pointer && array.Kind == BtfKind.Array
            ? array.ElementCount
            : throw Error(map, at, $"field '{field}' is no number");
    }

    private (int TypeId, long Size) Pointee(string map, string field, BtfMember member, long at)
    {
        BtfType pointer = btf.Skip(member.TypeId);
        long size = pointer.Kind == BtfKind.Pointer ? btf.SizeOf(pointer.SizeOrType) : -1;
        return size is < 0 or > int.MaxValue
            ? throw Error(map, at, $"field '{field}' is no pointer to a type with a size")
            : (pointer.SizeOrType, size);
    }

    private static int Agree(string map, string field, int present, long given, long at) =>
        given > int.MaxValue || (present != 0 && present != given)
            ? throw Error(map, at, $"field '{field}' says {given} bytes, another field {present}")
            : (int)given;

    private static BpfFormatException Error(string map, long at, string problem) => new(Section, at, $"map '{map}': {problem}");
}

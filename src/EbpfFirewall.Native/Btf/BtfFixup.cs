using System.Runtime.InteropServices;
using EbpfFirewall.Native.Elf;
using EbpfFirewall.Native.Objects;

namespace EbpfFirewall.Native.BtfModel;

/// <summary>
/// Completes the BTF of an object: compilers leave size and offsets of data sections to the loader, because only the linked
/// symbols know them; hidden functions become static, which is how the verifier treats them.
/// </summary>
internal static class BtfFixup
{
    /// <summary>The section of declarations that the kernel itself defines.</summary>
    internal const string KernelSymbols = ".ksyms";

    /// <summary>The section of values from the kernel's configuration.</summary>
    internal const string KernelConfiguration = ".kconfig";

    private const uint Static = 0;
    private const uint Global = 1;
    private const uint Extern = 2;

    internal static Btf Complete(Btf btf, ObjectSymbols symbols)
    {
        byte[] types = btf.TypeBytes.ToArray();
        Dictionary<string, ElfSymbol> globals = [];
        foreach (ElfSymbol symbol in symbols.Elf.Symbols)
        {
            if (!symbol.IsLocal && symbol.IsDefined)
            {
                globals[symbol.Name] = symbol;
            }
        }

        for (int id = 1; id < btf.TypeCount; id++)
        {
            BtfType type = btf.Type(id);
            if (type.Kind == BtfKind.DataSection && type.Name == KernelSymbols)
            {
                DefuseExterns(btf, type, types);
            }
            else if (type.Kind == BtfKind.DataSection && type.Name == KernelConfiguration)
            {
                PlaceConfiguration(btf, type, symbols.Configuration, types);
            }
            else if (type.Kind == BtfKind.DataSection && symbols.Elf.Find(type.Name) is { } section)
            {
                CompleteSection(btf, type, section, globals, types);
            }
            else if (type.Kind == BtfKind.Function && type.Count == 1 && globals.TryGetValue(type.Name, out ElfSymbol? symbol)
                && symbol.Visibility is 1 or 2)
            {
                Write(types, type.Offset + 4, (uint)BtfKind.Function << 24);
            }
        }

        return btf.WithTypes(types);
    }

    private static void CompleteSection(Btf btf, BtfType type, ElfSection section, Dictionary<string, ElfSymbol> globals, byte[] types)
    {
        Write(types, type.Offset + 8, (uint)section.Size);
        List<(int TypeId, uint Offset, uint Size)> entries = new(type.Count);
        for (int i = 0; i < type.Count; i++)
        {
            (int TypeId, uint Offset, uint Size) entry = type.SectionEntry(i);
            BtfType variable = btf.Type(entry.TypeId);
            if (variable.Kind == BtfKind.Variable && variable.VariableLinkage is not (Static or Extern)
                && globals.TryGetValue(variable.Name, out ElfSymbol? symbol) && symbol.SectionIndex == section.Index)
            {
                entry.Offset = (uint)symbol.Value;
            }

            entries.Add(entry);
        }

        // The kernel wants them in order; a stable sort keeps the result independent of the library's sort.
        int at = type.Offset + BtfLayout.TypeSize;
        foreach ((int typeId, uint offset, uint size) in entries.OrderBy(static e => e.Offset))
        {
            Write(types, at, (uint)typeId);
            Write(types, at + 4, offset);
            Write(types, at + 8, size);
            at += 12;
        }
    }

    /// <summary>What is extern in the object is defined by the loader: a section like any other.</summary>
    private static void PlaceConfiguration(Btf btf, BtfType section, Dictionary<string, ConfigurationVariable> variables, byte[] types)
    {
        if (section.Id != btf.FindId(KernelConfiguration, BtfKind.DataSection))
        {
            throw new BpfFormatException(KernelConfiguration, 0, "a second section of this name");
        }

        int at = section.Offset + BtfLayout.TypeSize;
        List<(int TypeId, ConfigurationVariable Variable)> entries = new(section.Count);
        for (int i = 0; i < section.Count; i++)
        {
            BtfType declared = btf.Type(section.SectionEntry(i).TypeId);
            entries.Add((declared.Id, variables[declared.Name]));
            Write(types, declared.Offset + 12, Global);
        }

        Write(types, section.Offset + 8, (uint)entries.Select(static e => e.Variable.Offset + e.Variable.Size).DefaultIfEmpty().Max());
        foreach ((int typeId, ConfigurationVariable variable) in entries.OrderBy(static e => e.Variable.Offset))
        {
            Write(types, at, (uint)typeId);
            Write(types, at + 4, (uint)variable.Offset);
            Write(types, at + 8, (uint)variable.Size);
            at += 12;
        }
    }

    /// <summary>
    /// The kernel takes no externs. Their section becomes an anonymous structure of as many integers, which has the same form; the
    /// variables become integers, the functions ordinary global ones.
    /// </summary>
    private static void DefuseExterns(Btf btf, BtfType section, byte[] types)
    {
        int integer = FindInteger(btf);
        if (integer < 0)
        {
            return;
        }

        Write(types, section.Offset, 0);
        Write(types, section.Offset + 4, ((uint)BtfKind.Struct << 24) | (uint)section.Count);
        Write(types, section.Offset + 8, 4);
        for (int i = 0; i < section.Count; i++)
        {
            BtfType declared = btf.Type(section.SectionEntry(i).TypeId);
            int at = section.Offset + BtfLayout.TypeSize + (i * 12);
            Write(types, at, 0);
            Write(types, at + 4, (uint)integer);
            Write(types, at + 8, 0);
            if (declared.Kind == BtfKind.Variable)
            {
                Write(types, declared.Offset + 8, (uint)integer);
                Write(types, declared.Offset + 12, Global);
            }
            else if (declared.Kind == BtfKind.Function)
            {
                Write(types, declared.Offset + 4, ((uint)BtfKind.Function << 24) | Global);
                NameParameters(btf.Type(declared.SizeOrType), declared.NameOffset, types);
            }
        }
    }

    /// <summary>Parameters of a function must have names; declarations often leave them out.</summary>
    private static void NameParameters(BtfType prototype, uint name, byte[] types)
    {
        for (int i = 0; prototype.Kind == BtfKind.FunctionPrototype && i < prototype.Count; i++)
        {
            (uint present, int typeId) = prototype.Parameter(i);
            if (present == 0 && typeId != 0)
            {
                Write(types, prototype.Offset + BtfLayout.TypeSize + (i * 8), name);
            }
        }
    }

    private static int FindInteger(Btf btf)
    {
        for (int id = 1; id < btf.TypeCount; id++)
        {
            if (btf.Type(id) is { Kind: BtfKind.Integer, SizeOrType: 4 })
            {
                return id;
            }
        }

        return -1;
    }

    private static void Write(byte[] types, int at, uint value) => MemoryMarshal.Write(types.AsSpan(at), in value);
}

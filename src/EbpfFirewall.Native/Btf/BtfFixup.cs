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
    private const uint Static = 0;
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
            if (type.Kind == BtfKind.DataSection && symbols.Elf.Find(type.Name) is { } section)
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

    private static void Write(byte[] types, int at, uint value) => MemoryMarshal.Write(types.AsSpan(at), in value);
}

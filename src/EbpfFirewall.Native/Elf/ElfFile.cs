using System.Text;

namespace EbpfFirewall.Native.Elf;

/// <summary>
/// The parts of an ELF64 relocatable for BPF that a loader needs. Pure; every offset, size and count is checked before use, and
/// memory stays in proportion to the input: nothing is allocated by a count that the bytes do not back.
/// </summary>
internal sealed class ElfFile
{
    private const string Header = "ELF header";
    private const string SectionHeaders = "section headers";
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const ushort MachineBpf = 247;

    // Overlapping names could otherwise unfold into memory in the square of the file's size.
    private const int LongestName = 1024;
    private readonly Dictionary<int, List<ElfRelocation>> _relocations = [];

    private ElfFile(bool littleEndian) => LittleEndian = littleEndian;

    internal bool LittleEndian { get; }

    internal IReadOnlyList<ElfSection> Sections { get; private set; } = [];

    internal IReadOnlyList<ElfSymbol> Symbols { get; private set; } = [];

    /// <summary>The relocations that apply to a section, in order of their place.</summary>
    internal IReadOnlyList<ElfRelocation> RelocationsOf(ElfSection section) =>
        _relocations.TryGetValue(section.Index, out List<ElfRelocation>? list) ? list : [];

    internal ElfSection? Find(string name)
    {
        foreach (ElfSection section in Sections)
        {
            if (section.Name == name)
            {
                return section;
            }
        }

        return null;
    }

    internal EndianReader Read(ElfSection section) => new(section.Data.Span, LittleEndian, section.Name);

    internal static ElfFile Parse(ReadOnlyMemory<byte> image)
    {
        ReadOnlySpan<byte> span = image.Span;
        if (span.Length < 64 || !span.StartsWith("\u007fELF"u8))
        {
            throw new BpfFormatException(Header, 0, "not an ELF file");
        }

        if (span[4] != 2)
        {
            throw new BpfFormatException(Header, 4, "not 64-bit");
        }

        bool littleEndian = span[5] switch
        {
            1 => true,
            2 => false,
            _ => throw new BpfFormatException(Header, 5, "unknown byte order"),
        };
        EndianReader reader = new(span, littleEndian, Header);
        ushort machine = reader.U16(18);

        // clang before 4.0 wrote EM_NONE.
        if (machine is not (MachineBpf or 0))
        {
            throw new BpfFormatException(Header, 18, $"machine {machine} is not BPF");
        }

        ElfFile file = new(littleEndian);
        file.Sections = file.ParseSections(image, reader);
        file.ParseSymbols();
        file.ParseRelocations();
        return file;
    }

    private List<ElfSection> ParseSections(ReadOnlyMemory<byte> image, EndianReader header)
    {
        ulong tableOffset = header.U64(40);
        int entrySize = header.U16(58);
        long count = header.U16(60);
        long nameTable = header.U16(62);
        if (tableOffset == 0 || tableOffset > (ulong)image.Length)
        {
            throw header.Error(40, "no section header table");
        }

        if (entrySize != SectionHeaderSize)
        {
            throw header.Error(58, $"section headers of {entrySize} bytes, {SectionHeaderSize} expected");
        }

        EndianReader table = new(image.Span[(int)tableOffset..], LittleEndian, SectionHeaders);

        // More than 0xff00 sections: the real numbers are in the first header.
        count = count == 0 ? (long)table.U64(32) : count;
        nameTable = nameTable == 0xffff ? table.U32(40) : nameTable;
        if (count <= 0 || count > table.Length / SectionHeaderSize)
        {
            throw header.Error(60, $"{count} section headers do not fit into the file");
        }

        if (nameTable >= count)
        {
            throw header.Error(62, "the section name table is not among the sections");
        }

        ReadOnlyMemory<byte> names = Contents(image, table, (int)nameTable).Data;
        List<ElfSection> sections = new((int)count);
        for (int i = 0; i < count; i++)
        {
            long at = (long)i * SectionHeaderSize;
            string name = ReadString(names.Span, table.U32(at), SectionHeaders, at);
            (ReadOnlyMemory<byte> data, long size) = Contents(image, table, i);
            ElfSection section = new(
                i, name, table.U32(at + 4), table.U64(at + 8), size, table.U32(at + 40), table.U32(at + 44), (long)table.U64(at + 56), data);
            sections.Add(section);
        }

        return sections;
    }

    private static (ReadOnlyMemory<byte> Data, long Size) Contents(ReadOnlyMemory<byte> image, EndianReader table, int index)
    {
        long at = (long)index * SectionHeaderSize;
        ulong offset = table.U64(at + 24);
        ulong size = table.U64(at + 32);
        uint type = table.U32(at + 4);
        if (size > int.MaxValue)
        {
            throw table.Error(at + 32, $"section {index} claims {size} bytes");
        }

        if (type is ElfSection.NoBits or 0)
        {
            return (default, (long)size);
        }

        if (offset > (ulong)image.Length || size > (ulong)image.Length - offset)
        {
            throw table.Error(at + 24, $"section {index} reaches past the end of the file");
        }

        return (image.Slice((int)offset, (int)size), (long)size);
    }

    private void ParseSymbols()
    {
        ElfSection? table = null;
        foreach (ElfSection section in Sections)
        {
            if (section.Type == ElfSection.SymbolTable)
            {
                table = table is null ? section : throw new BpfFormatException(section.Name, 0, "a second symbol table");
            }
        }

        if (table is null)
        {
            throw new BpfFormatException(SectionHeaders, 0, "no symbol table: a stripped object cannot be loaded");
        }

        ElfSection strings = Linked(table);
        EndianReader reader = Uncompressed(table);
        if (table.EntrySize != SymbolSize || reader.Length % SymbolSize != 0)
        {
            throw reader.Error(0, $"symbol entries of {table.EntrySize} bytes in {reader.Length}, {SymbolSize} expected");
        }

        ReadOnlySpan<byte> names = strings.Data.Span;
        List<ElfSymbol> symbols = new(reader.Length / SymbolSize);
        for (int i = 0; i < reader.Length / SymbolSize; i++)
        {
            long at = (long)i * SymbolSize;
            byte info = reader.U8(at + 4);
            int sectionIndex = reader.U16(at + 6);
            ulong value = reader.U64(at + 8);
            ulong size = reader.U64(at + 16);
            if (sectionIndex is > ElfSymbol.Undefined and < ElfSymbol.FirstReserved)
            {
                long limit = sectionIndex < Sections.Count ? Sections[sectionIndex].Size : -1;
                if (limit < 0 || value > (ulong)limit || size > (ulong)limit - value)
                {
                    throw reader.Error(at, $"symbol {i} lies outside of section {sectionIndex}");
                }
            }
            else
            {
                value = 0;
                size = 0;
            }

            string name = ReadString(names, reader.U32(at), table.Name, at);
            symbols.Add(new ElfSymbol(i, name, (byte)(info & 15), (byte)(info >> 4), (byte)(reader.U8(at + 5) & 3), sectionIndex, (long)value, (long)size));
        }

        Symbols = symbols;
    }

    private void ParseRelocations()
    {
        foreach (ElfSection section in Sections)
        {
            // clang writes REL for BPF; RELA appears for debug sections only, which nobody needs.
            if (section.Type != ElfSection.Relocations)
            {
                continue;
            }

            EndianReader reader = Uncompressed(section);
            if (section.Info == 0 || section.Info >= Sections.Count)
            {
                throw reader.Error(0, $"relocations for section {section.Info}, which does not exist");
            }

            if (section.EntrySize != 16 || reader.Length % 16 != 0)
            {
                throw reader.Error(0, $"relocation entries of {section.EntrySize} bytes, 16 expected");
            }

            if (!_relocations.TryGetValue((int)section.Info, out List<ElfRelocation>? list))
            {
                _relocations.Add((int)section.Info, list = new List<ElfRelocation>(reader.Length / 16));
            }

            for (int at = 0; at < reader.Length; at += 16)
            {
                ulong place = reader.U64(at);
                ulong info = reader.U64(at + 8);
                uint symbol = (uint)(info >> 32);
                if (symbol >= (uint)Symbols.Count)
                {
                    throw reader.Error(at + 8, $"relocation against symbol {symbol} of {Symbols.Count}");
                }

                if (place > int.MaxValue)
                {
                    throw reader.Error(at, "relocation outside of its section");
                }

                list.Add(new ElfRelocation((long)place, (uint)info, (int)symbol));
            }
        }

        foreach (List<ElfRelocation> list in _relocations.Values)
        {
            list.Sort(static (a, b) => a.Offset.CompareTo(b.Offset));
        }
    }

    private ElfSection Linked(ElfSection section) => section.Link > 0 && section.Link < Sections.Count
        ? Sections[(int)section.Link]
        : throw new BpfFormatException(section.Name, 0, $"links to section {section.Link}, which does not exist");

    private EndianReader Uncompressed(ElfSection section) => section.IsCompressed
        ? throw new BpfFormatException(section.Name, 0, "compressed sections are not supported")
        : Read(section);

    private static string ReadString(ReadOnlySpan<byte> table, uint offset, string where, long at)
    {
        if (offset == 0 && table.IsEmpty)
        {
            return "";
        }

        if (offset >= (uint)table.Length)
        {
            throw new BpfFormatException(where, at, $"name at {offset}, outside of the string table");
        }

        ReadOnlySpan<byte> rest = table[(int)offset..];
        int end = rest.IndexOf((byte)0);
        return end is < 0 or > LongestName
            ? throw new BpfFormatException(where, at, $"name without an end, or longer than {LongestName} bytes")
            : Encoding.UTF8.GetString(rest[..end]);
    }
}

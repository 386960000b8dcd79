using EbpfFirewall.Native.Elf;

namespace EbpfFirewall.Native.Tests.Fuzz;

/// <summary>A well-formed object and where its parts lie, so that mutations can aim at them.</summary>
internal sealed class SeedObject
{
    internal const int SectionHeaderSize = 64;

    internal SeedObject(byte[] image)
    {
        Image = image;
        ElfFile elf = ElfFile.Parse(image);
        EndianReader header = new(image, elf.LittleEndian, "seed");
        LittleEndian = elf.LittleEndian;
        SectionHeaders = (int)header.U64(40);
        SectionCount = elf.Sections.Count;
        foreach (ElfSection section in elf.Sections.Where(static s => !s.Data.IsEmpty && !s.Name.Contains("debug", StringComparison.Ordinal)))
        {
            int at = (int)header.U64(SectionHeaders + (section.Index * SectionHeaderSize) + 24);
            Parts.Add((section.Name, section.Type, at, section.Data.Length));
        }

        (string Name, uint Type, int At, int Length) types = Parts.Find(static p => p.Name == ".BTF");
        (string Name, uint Type, int At, int Length) extension = Parts.Find(static p => p.Name == ".BTF.ext");
        if (types.Length > 0)
        {
            TypesAt = types.At;
            TypeOffsets = [.. Offsets(Btf.Parse(image.AsMemory(types.At, types.Length)), types.At + (int)header.U32(types.At + 4))];
            StringsAt = types.At + (int)header.U32(types.At + 4) + (int)header.U32(types.At + 16);
            StringsLength = (int)header.U32(types.At + 20);
        }

        if (extension.Length > 0 && header.U32(extension.At + 4) >= 32)
        {
            ExtensionAt = extension.At;
            ExtensionLength = extension.Length;
            int body = extension.At + (int)header.U32(extension.At + 4);
            RelocationsAt = body + (int)header.U32(extension.At + 24);
            RelocationsLength = (int)header.U32(extension.At + 28);
        }
    }

    internal byte[] Image { get; }

    internal bool LittleEndian { get; }

    internal int SectionHeaders { get; }

    internal int SectionCount { get; }

    internal List<(string Name, uint Type, int At, int Length)> Parts { get; } = [];

    internal int TypesAt { get; }

    /// <summary>Where in the file each type begins.</summary>
    internal int[] TypeOffsets { get; } = [];

    internal int StringsAt { get; }

    internal int StringsLength { get; }

    internal int ExtensionAt { get; }

    internal int ExtensionLength { get; }

    internal int RelocationsAt { get; }

    internal int RelocationsLength { get; }

    private static IEnumerable<int> Offsets(Btf btf, int start)
    {
        for (int id = 1; id < btf.TypeCount; id++)
        {
            yield return start + btf.Type(id).Offset;
        }
    }
}

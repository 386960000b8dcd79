namespace EbpfFirewall.Native.Elf;

/// <summary>One section header with its bytes (empty for SHT_NOBITS).</summary>
/// <param name="Index">Place in the section header table.</param>
/// <param name="Name">Name from the section string table.</param>
/// <param name="Type">sh_type.</param>
/// <param name="Flags">sh_flags.</param>
/// <param name="Size">sh_size in bytes, also of SHT_NOBITS sections.</param>
/// <param name="Link">sh_link.</param>
/// <param name="Info">sh_info.</param>
/// <param name="EntrySize">sh_entsize in bytes.</param>
/// <param name="Data">The section's bytes.</param>
internal sealed record ElfSection(
    int Index, string Name, uint Type, ulong Flags, long Size, uint Link, uint Info, long EntrySize, ReadOnlyMemory<byte> Data)
{
    internal const uint ProgBits = 1;
    internal const uint SymbolTable = 2;
    internal const uint StringTable = 3;
    internal const uint RelocationsWithAddend = 4;
    internal const uint NoBits = 8;
    internal const uint Relocations = 9;

    private const ulong ExecutableFlag = 4;
    private const ulong CompressedFlag = 0x800;

    internal bool IsExecutable => Type == ProgBits && (Flags & ExecutableFlag) != 0;

    internal bool IsCompressed => (Flags & CompressedFlag) != 0;
}

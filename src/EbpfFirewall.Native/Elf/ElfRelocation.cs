namespace EbpfFirewall.Native.Elf;

/// <summary>One relocation: the place in its target section, the kind and the symbol.</summary>
internal readonly record struct ElfRelocation(long Offset, uint Kind, int SymbolIndex)
{
    /// <summary>R_BPF_64_64: an ld_imm64.</summary>
    internal const uint Immediate64 = 1;

    /// <summary>R_BPF_64_ABS64: eight bytes of data.</summary>
    internal const uint Absolute64 = 2;

    /// <summary>R_BPF_64_ABS32: four bytes of data.</summary>
    internal const uint Absolute32 = 3;

    /// <summary>R_BPF_64_NODYLD32: four bytes of debug data.</summary>
    internal const uint NoDynamicLoad32 = 4;

    /// <summary>R_BPF_64_32: a call.</summary>
    internal const uint Call = 10;
}

namespace EbpfFirewall.Native.Elf;

/// <summary>One symbol.</summary>
/// <param name="Index">Place in the symbol table.</param>
/// <param name="Name">Name, empty for section symbols.</param>
/// <param name="Kind">STT_*.</param>
/// <param name="Binding">STB_*.</param>
/// <param name="Visibility">STV_*.</param>
/// <param name="SectionIndex">Section that defines it, or a special index.</param>
/// <param name="Value">Offset in the section.</param>
/// <param name="Size">Size in bytes, 0 when unknown.</param>
internal sealed record ElfSymbol(
    int Index, string Name, byte Kind, byte Binding, byte Visibility, int SectionIndex, long Value, long Size)
{
    internal const byte NoType = 0;
    internal const byte Object = 1;
    internal const byte Function = 2;
    internal const byte SectionKind = 3;

    internal const int Undefined = 0;
    internal const int FirstReserved = 0xff00;

    internal bool IsLocal => Binding == 0;

    internal bool IsWeak => Binding == 2;

    internal bool IsDefined => SectionIndex is > Undefined and < FirstReserved;
}

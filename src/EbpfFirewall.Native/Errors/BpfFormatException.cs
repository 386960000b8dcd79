namespace EbpfFirewall.Native;

/// <summary>An ELF object, its BTF or its BTF.ext is malformed, or uses what this library does not know.</summary>
public sealed class BpfFormatException : Exception
{
    internal BpfFormatException(string section, long offset, string problem)
        : base($"{section}+0x{offset:x}: {problem}")
    {
        Section = section;
        Offset = offset;
    }

    /// <summary>The ELF section, or <c>ELF header</c>, <c>section headers</c>.</summary>
    public string Section { get; }

    /// <summary>Byte offset inside <see cref="Section"/>.</summary>
    public long Offset { get; }
}

using EbpfFirewall.Native.Objects;

namespace EbpfFirewall.Native;

/// <summary>
/// A compiled BPF object, parsed: maps, programs and variables that can be inspected and adjusted before
/// <see cref="BpfObject.Load(BpfObjectSpec, BpfLoadOptions?)"/> makes kernel objects of them. Parsing is pure and needs no privileges.
/// </summary>
/// <remarks>
/// Not safe for concurrent use; one owner. To load one object many times with different constants, parse once and
/// <see cref="Copy"/> for each load: code and type information are shared.
/// </remarks>
public sealed class BpfObjectSpec
{
    internal BpfObjectSpec(string name, ParsedObject parsed)
    {
        Name = name;
        Parsed = parsed;
        License = parsed.License;
        KernelVersion = parsed.KernelVersion;
        Maps = parsed.Maps.ToDictionary(static m => m.Name, static m => m.Copy());
        Programs = parsed.Programs.ToDictionary(static p => p.Name, static p => p.Copy());
        Variables = parsed.Variables.ToDictionary(
            static v => v.Name, v => new BpfVariableSpec(v.Name, Maps[v.SectionName], v.Offset, v.SizeBytes));
    }

    private BpfObjectSpec(BpfObjectSpec other)
    {
        Name = other.Name;
        Parsed = other.Parsed;
        License = other.License;
        KernelVersion = other.KernelVersion;
        Maps = other.Maps.ToDictionary(static m => m.Key, static m => m.Value.Copy());
        Programs = other.Programs.ToDictionary(static p => p.Key, static p => p.Value.Copy());
        Variables = other.Variables.ToDictionary(
            static v => v.Key, v => new BpfVariableSpec(v.Key, Maps[v.Value.SectionName], v.Value.Offset, v.Value.SizeBytes));
    }

    /// <summary>Name of the object, used for the kernel names of its data maps. Default: <c>object</c>.</summary>
    public string Name { get; }

    /// <summary>The licence that the kernel is told; GPL-compatible ones open more helpers.</summary>
    public string License { get; set; }

    /// <summary>LINUX_VERSION_CODE for kprobe programs on kernels before 5.0; 0 when the object names none.</summary>
    public uint KernelVersion { get; set; }

    /// <summary>True when compiled for little-endian machines. The other order parses, but does not load here.</summary>
    public bool IsLittleEndian => Parsed.IsLittleEndian;

    /// <summary>The maps by name, data sections included.</summary>
    public IReadOnlyDictionary<string, BpfMapSpec> Maps { get; }

    /// <summary>The programs by the names of their C functions.</summary>
    public IReadOnlyDictionary<string, BpfProgramSpec> Programs { get; }

    /// <summary>Global variables by name: settable before the load.</summary>
    public IReadOnlyDictionary<string, BpfVariableSpec> Variables { get; }

    /// <summary>The object's type information, or null when compiled without.</summary>
    public Btf? TypeInformation => Parsed.Btf;

    internal ParsedObject Parsed { get; }

    /// <summary>Parses an ELF object as clang writes it.</summary>
    /// <param name="elf">The file's bytes, which must not change afterwards.</param>
    /// <param name="name">Name for messages and for the kernel names of data maps.</param>
    /// <exception cref="BpfFormatException">The object is malformed, or uses what this library does not know.</exception>
    public static BpfObjectSpec Parse(ReadOnlyMemory<byte> elf, string name = "object")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new BpfObjectSpec(name, ObjectParser.Parse(elf));
    }

    /// <summary>An independent copy of everything that can be set.</summary>
    public BpfObjectSpec Copy() => new(this);
}

using EbpfFirewall.Native.Objects;

namespace EbpfFirewall.Native;

/// <summary>An object in the kernel: its maps, verified programs and live variables.</summary>
/// <remarks>Safe for concurrent use. Disposing closes all descriptors; links keep their programs, and programs their maps, alive.</remarks>
public sealed class BpfObject : IDisposable
{
    private BpfObject(string name) => Name = name;

    /// <summary>Name of the object.</summary>
    public string Name { get; }

    /// <summary>The maps by name, data sections included.</summary>
    public IReadOnlyDictionary<string, BpfMap> Maps { get; private set; } = new Dictionary<string, BpfMap>();

    /// <summary>The programs that were loaded, by the names of their C functions.</summary>
    public IReadOnlyDictionary<string, BpfProgram> Programs { get; private set; } = new Dictionary<string, BpfProgram>();

    /// <summary>Global variables, live, and those of <c>.kconfig</c>: reading and writing them needs no system call.</summary>
    public IReadOnlyDictionary<string, BpfVariable> Variables { get; private set; } = new Dictionary<string, BpfVariable>();

    /// <summary>
    /// The memory of the arenas by the maps' names (Linux 6.9). A process can map an arena once, and programs can use it only then; so
    /// it stays mapped as long as the object lives.
    /// </summary>
    public IReadOnlyDictionary<string, BpfMapMemory> Arenas { get; private set; } = new Dictionary<string, BpfMapMemory>();

    /// <summary>Implementations of kernel structures (<c>struct_ops</c>) by the names of their variables; none is in effect by being loaded.</summary>
    public IReadOnlyDictionary<string, BpfStructOps> StructOps { get; private set; } = new Dictionary<string, BpfStructOps>();

    /// <summary>Creates the maps, resolves every reference and has the kernel verify the programs. All or nothing.</summary>
    /// <param name="spec">The object; it is not changed and can be loaded again.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="BpfVerifierException">The verifier rejected a program.</exception>
    /// <exception cref="BpfException">The kernel refused something else, or the object is for the other byte order.</exception>
    public static BpfObject Load(BpfObjectSpec spec, BpfLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        BpfObject result = new(spec.Name);
        using ObjectLoader loader = new(spec, options ?? new BpfLoadOptions(), result);
        try
        {
            loader.LoadMaps();
            result.Maps = loader.Maps;
            loader.LoadPrograms();
            result.Programs = loader.Programs;
            loader.FillSlots();
            result.Arenas = loader.Arenas;
            result.StructOps = loader.StructOps;
            result.Variables = spec.Variables.Values.Concat(loader.ConfigurationVariables()).DistinctBy(static v => v.Name).ToDictionary(
                static v => v.Name, v => new BpfVariable(v, loader.Maps[v.SectionName], loader.MemoryOf(v.SectionName), loader.StartOf(v.SectionName)));
            return result;
        }
        catch
        {
            loader.DisposeAll();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (BpfVariable variable in Variables.Values)
        {
            variable.Close();
        }

        foreach (BpfMapMemory arena in Arenas.Values)
        {
            arena.Dispose();
        }

        foreach (BpfProgram program in Programs.Values)
        {
            program.Dispose();
        }

        foreach (BpfMap map in Maps.Values)
        {
            map.Dispose();
        }
    }
}

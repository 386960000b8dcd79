using EbpfFirewall.Native.Objects;

namespace EbpfFirewall.Native.BtfModel;

/// <summary>
/// Where one load of one object looks for the kernel's types: the kernel first, then its modules, each only when it is asked for.
/// Descriptors of modules stay open until this is disposed, because programs name them by their place in an array.
/// </summary>
internal sealed class KernelTypes(Btf? given) : IDisposable
{
    private readonly List<(KernelModule Module, SafeBtfHandle Handle)> _open = [];
    private List<KernelModule>? _modules;
    private Dictionary<string, ulong>? _addresses;

    internal Btf Main => given ?? KernelBtf.Load();

    /// <summary>None when the caller gave the types: then they are not those of this kernel.</summary>
    internal IReadOnlyList<KernelModule> Modules => _modules ??= given is null ? KernelModule.List(Main) : [];

    /// <summary>What a program's array of descriptors holds: the place of the kernel itself is 0 and never read.</summary>
    internal int[] Descriptors => _open.Count == 0 ? [] : [0, .. _open.Select(static o => (int)o.Handle.DangerousGetHandle())];

    /// <summary>The id of a type and the module that it is in; an id of 0 when nobody has it.</summary>
    internal (int Id, KernelModule? Module) Find(string name, BtfKind kind)
    {
        int id = Main.FindId(name, kind);
        if (id > 0)
        {
            return (id, null);
        }

        foreach (KernelModule module in Modules)
        {
            id = module.Types.FindId(name, kind);
            if (id > 0)
            {
                return (id, module);
            }
        }

        return (0, null);
    }

    /// <summary>Address of a kernel symbol; 0 when there is none or it is hidden.</summary>
    /// <param name="name">The symbol.</param>
    /// <param name="all">All that the object wants, so that they are looked for once.</param>
    internal ulong AddressOf(string name, IEnumerable<string> all) =>
        (_addresses ??= KernelSymbolLinker.FindAddresses(all)).GetValueOrDefault(name);

    /// <summary>Place of a module in <see cref="Descriptors"/>; 0 for the kernel itself.</summary>
    internal short PlaceOf(KernelModule? module)
    {
        if (module is null)
        {
            return 0;
        }

        int index = _open.FindIndex(o => o.Module == module);
        if (index < 0)
        {
            _open.Add((module, module.Open()));
            index = _open.Count - 1;
        }

        return (short)(index + 1);
    }

    /// <summary>The descriptor of a module's types; 0 for the kernel itself.</summary>
    internal int DescriptorOf(KernelModule? module)
    {
        // First the place, which opens the module: then there is a descriptor at it.
        short place = PlaceOf(module);
        return place == 0 ? 0 : Descriptors[place];
    }

    public void Dispose()
    {
        foreach ((_, SafeBtfHandle handle) in _open)
        {
            handle.Dispose();
        }
    }
}

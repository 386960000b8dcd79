using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>The egress program of one attachment, until a link holds it.</summary>
internal sealed class EgressProgram : IDisposable
{
    private const string ProgramName = "efw_egress";
    private readonly BpfObject _object;
    private readonly IReadOnlyDictionary<string, BpfMap> _borrowed;

    private EgressProgram(BpfObject loaded, IReadOnlyDictionary<string, BpfMap> borrowed)
    {
        _object = loaded;
        _borrowed = borrowed;
    }

    public BpfProgram Program => _object.Programs[ProgramName];

    /// <summary>Loads it.</summary>
    /// <param name="template">Its object.</param>
    /// <param name="number">Of the attachment.</param>
    /// <param name="maps">The maps of its bank.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static EgressProgram Load(BpfObjectSpec template, uint number, IReadOnlyDictionary<string, BpfMap> maps)
    {
        BpfObjectSpec spec = template.Copy();
        spec.Variables["efw_number"].Set(number);
        Dictionary<string, BpfMap> borrowed = maps.Where(map => spec.Maps.ContainsKey(map.Key) && !map.Key.StartsWith('.')).ToDictionary();
        foreach ((string name, BpfMap map) in borrowed)
        {
            spec.Maps[name].MaxEntries = map.MaxEntries;
        }

        return new EgressProgram(BpfObject.Load(spec, new BpfLoadOptions { MapReplacements = borrowed }), borrowed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Program.Dispose();
        foreach (BpfMap map in _object.Maps.Values.Where(map => !_borrowed.ContainsKey(map.Name)))
        {
            map.Dispose();
        }
    }
}

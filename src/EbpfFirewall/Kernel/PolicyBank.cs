using System.Runtime.InteropServices;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>
/// An array of policies, counters for them, and the programs that read there: those that all its attachments share, and the small one
/// that each gets for itself.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class PolicyBank : IDisposable
{
    private const string PolicyMap = "efw_policy";
    private const string TrafficMap = "efw_traffic";
    private const string CallsMap = "efw_calls";
    private const string MetersMap = "efw_meters";
    private static readonly (string Map, string Program)[] CallPrograms = [(CallsMap, "efw_judge"), (MetersMap, "efw_meter")];
    private static readonly Lazy<BpfObjectSpec> SharedSpec = new(() => Parse("cgroup.bpf.o"));
    private static readonly Lazy<BpfObjectSpec> UnixSpec = new(() => Parse("unix.bpf.o"));
    private static readonly Lazy<BpfObjectSpec> EgressSpec = new(() => Parse("egress.bpf.o"));

    private readonly Lock _gate = new();
    private readonly BpfObject _programs;
    private readonly BpfObject? _unix;
    private readonly Dictionary<string, BpfMap> _own;
    private readonly RangeAllocator _traffic;
    private uint _trafficUsed;

    /// <summary>Loads the programs.</summary>
    /// <param name="lines">Lines of the array, headers included.</param>
    /// <param name="trafficSlots">Slots for counters.</param>
    /// <param name="shared">Maps that all banks of a firewall share; empty for the first one, which makes them.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public PolicyBank(uint lines, uint trafficSlots, IReadOnlyDictionary<string, BpfMap> shared)
    {
        BpfObjectSpec spec = SharedSpec.Value.Copy();
        spec.Maps[PolicyMap].MaxEntries = lines;
        spec.Maps[TrafficMap].MaxEntries = trafficSlots;
        _programs = BpfObject.Load(spec, new BpfLoadOptions { MapReplacements = shared, LoadsInParallel = true });
        try
        {
            _own = _programs.Maps.Where(map => IsOwn(map.Key)).ToDictionary();
            uint slot = 0;
            foreach ((string map, string program) in CallPrograms)
            {
                _own[map].UpdateDescriptor(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in slot)), _programs.Programs[program].Handle);
            }
            _unix = CgroupHooks.HasUnix ? Load(UnixSpec.Value.Copy()) : null;
            Lines = new PolicyLines(_own[PolicyMap]);
        }
        catch
        {
            _unix?.Dispose();
            _programs.Dispose();
            throw;
        }

        // Slots in front are nobody's: of calls before an attachment has a header.
        _traffic = new RangeAllocator(TrafficCounters.SlotsFor(0), trafficSlots - TrafficCounters.SlotsFor(0));
        _trafficUsed = TrafficCounters.SlotsFor(0);
    }

    /// <summary>The policies.</summary>
    public PolicyLines Lines { get; }

    /// <summary>Where programs find each other. They are emptied when nobody has them open or pinned any more.</summary>
    public IReadOnlyList<BpfMap> Calls => [_own[CallsMap], _own[MetersMap]];

    /// <summary>The maps that all banks share.</summary>
    public IReadOnlyDictionary<string, BpfMap> SharedMaps => _programs.Maps.Where(map => !IsOwn(map.Key)).ToDictionary();

    /// <summary>Slots for counters that nobody has.</summary>
    public uint FreeTrafficSlots
    {
        get
        {
            lock (_gate)
            {
                return _traffic.FreeCount;
            }
        }
    }

    /// <summary>Attachments that it has, or will have.</summary>
    public int Users { get; set; }

    /// <summary>A program that all attachments share.</summary>
    public BpfProgram Program(string name) => _programs.Programs.TryGetValue(name, out BpfProgram? program) ? program : _unix!.Programs[name];

    /// <summary>Takes counters, all zero.</summary>
    /// <returns>Null when there is no room.</returns>
    public TrafficCounters? TryTakeTraffic(int rules)
    {
        lock (_gate)
        {
            uint count = TrafficCounters.SlotsFor(rules);
            if (!_traffic.TryTake(count, out uint first))
            {
                return null;
            }

            BpfPerCpuMap<uint, TrafficRecord> map = _own[TrafficMap].AsPerCpu<uint, TrafficRecord>();
            for (uint slot = first; slot < Math.Min(first + count, _trafficUsed); slot++)
            {
                map.SetValues(slot, new TrafficRecord[map.CpuCount]);
            }

            _trafficUsed = Math.Max(_trafficUsed, first + count);
            return new TrafficCounters(_own[TrafficMap], first, rules);
        }
    }

    /// <summary>Gives counters back that no program counts in any more.</summary>
    public void Release(TrafficCounters counters)
    {
        lock (_gate)
        {
            _traffic.Give(counters.First, counters.SlotCount);
        }
    }

    /// <summary>Loads the egress program of one attachment.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public EgressProgram LoadEgress(uint number) => EgressProgram.Load(EgressSpec.Value, number, this);

    /// <summary>Loads programs that read the policies here and use the maps that all share.</summary>
    /// <param name="spec">Their object; it is changed.</param>
    /// <param name="others">Maps of the object that are there already, besides those of the bank.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public BpfObject Load(BpfObjectSpec spec, params IEnumerable<BpfMap> others)
    {
        var maps = _programs.Maps.Values.Where(map => !map.Name.StartsWith('.')).Concat(others)
            .Where(map => spec.Maps.ContainsKey(map.Name)).ToDictionary(map => map.Name);
        foreach ((string name, BpfMap map) in maps)
        {
            spec.Maps[name].MaxEntries = map.MaxEntries;
        }

        return BpfObject.Load(spec, new BpfLoadOptions { MapReplacements = maps, LoadsInParallel = true });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Lines.Dispose();
        _unix?.Dispose();
        _programs.Dispose();
    }

    private static bool IsOwn(string map) => map is PolicyMap or TrafficMap or CallsMap or MetersMap || map.StartsWith('.');

    private static BpfObjectSpec Parse(string name) => BpfObjectSpec.Parse(EmbeddedFiles.Read(name), name);
}

using System.Numerics;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The kernel side of one sandbox: its own copy of the programs with its constants baked in, its own maps, and a pinned link for
/// every hook. Until a policy is published it denies everything.
/// </summary>
/// <remarks>One owner; reading counters is safe beside it.</remarks>
internal sealed class KernelAttachment : IPolicyTarget, IDisposable
{
    private const string PolicyMap = "efw_policy";
    private const string TrafficMap = "efw_traffic";
    private const int TrafficSlotsMin = 256;
    private const int TrafficSlotsMax = 65_536;
    private const uint LearnedLinesMin = 256;
    private static readonly Lazy<BpfObjectSpec> Spec = new(() => BpfObjectSpec.Parse(EmbeddedFiles.Read("cgroup.bpf.o"), "cgroup.bpf.o"));

    private readonly ConfigRecord _config;
    private readonly PinFolder _pins;
    private readonly List<(string Program, BpfLink Link)> _links = [];
    private readonly Dictionary<string, BpfMap> _shared;
    private BpfObject _programs;
    private PolicyMemory _memory;
    private TrafficCounters _traffic;
    private LearnedLines? _learned;

    private KernelAttachment(in ConfigRecord config, PinFolder pins, uint lines, int trafficSlots)
    {
        _config = config;
        _pins = pins;
        _programs = Load(lines, trafficSlots, new Dictionary<string, BpfMap>());
        _shared = _programs.Maps.Where(map => IsShared(map.Key)).ToDictionary();
        _memory = new PolicyMemory(_programs.Maps[PolicyMap]);
        _traffic = new TrafficCounters(_programs.Maps[TrafficMap]);
    }

    public BpfMap<ProcessKey, ProcessRecord> Processes => _shared["efw_processes"].As<ProcessKey, ProcessRecord>();

    public BpfMap<EndpointRecord, RedirectRecord> Redirects => _shared["efw_redirects"].As<EndpointRecord, RedirectRecord>();

    public BpfMap<ReportKey, ReportRecord> Reports => _shared["efw_reports"].As<ReportKey, ReportRecord>();

    /// <summary>The policy's memory, as the programs that are attached see it.</summary>
    public BpfMap Policy => _programs.Maps[PolicyMap];

    public BpfMap Events => _shared["efw_events"];

    /// <summary>The cgroup that it is attached to.</summary>
    public ulong CgroupId { get; private set; }

    /// <summary>The policies that have been in force.</summary>
    public PolicyHistory Policies { get; } = new();

    /// <summary>What went by for which reason and rule.</summary>
    public TrafficCounters Traffic => _traffic;

    /// <summary>
    /// Loads the programs, then attaches and pins hook by hook. When a step fails, what was done is undone.
    /// </summary>
    /// <param name="policy">The policy that will be published first: there will be room for it.</param>
    /// <param name="config">Constants.</param>
    /// <param name="cgroupPath">The cgroup.</param>
    /// <param name="pins">Where links and maps are pinned.</param>
    /// <exception cref="EgressFirewallException">The kernel refused; the message says why.</exception>
    public static KernelAttachment Create(PolicyImage policy, in ConfigRecord config, string cgroupPath, PinFolder pins)
    {
        KernelAttachment? attachment = null;
        try
        {
            uint lines = PolicyMemory.LinesFor(policy.CountLines(LearnedLinesMin));
            attachment = new KernelAttachment(config, pins, lines, TrafficSlots(policy));
            attachment.PinMaps();
            attachment.Attach(cgroupPath);
            return attachment;
        }
        catch (Exception error)
        {
            attachment?.Dispose();
            pins.Remove();
            if (error is BpfException refusal)
            {
                throw Refused(refusal);
            }

            throw;
        }
    }

    public LearnedLines Publish(PolicyImage image, IReadOnlyCollection<(AddressRecord Address, LeaseSlots Leases)> learned)
    {
        try
        {
            uint lines = Math.Max(LearnedLinesMin, BitOperations.RoundUpToPowerOf2((uint)learned.Count * 4));
            if (TrafficSlots(image) > _traffic.SlotCount)
            {
                Grow(PolicyMemory.LinesFor(image.CountLines(lines)), TrafficSlots(image));
            }

            PreparedRevision revision = Prepare(image, lines, learned);
            Policies.Add(_memory.Generation + 1, image.Policy);
            _memory.Publish(revision);
            return _learned = revision.Learned;
        }
        catch (BpfException error)
        {
            throw Refused(error);
        }
    }

    /// <summary>Sum over all CPUs.</summary>
    public long Count(KernelCounter counter)
    {
        BpfPerCpuMap<uint, ulong> counters = _shared["efw_counters"].AsPerCpu<uint, ulong>();
        Span<ulong> counts = new ulong[counters.CpuCount];
        counters.TryGetValues((uint)counter, counts);

        long sum = 0;
        foreach (ulong count in counts)
        {
            sum += (long)count;
        }

        return sum;
    }

    /// <summary>Takes the policy away. Only for a cgroup without processes.</summary>
    public void Dispose()
    {
        _pins.Remove();
        foreach ((_, BpfLink link) in _links)
        {
            link.Dispose();
        }

        _memory.Dispose();
        _programs.Dispose();
        foreach (BpfMap map in _shared.Values)
        {
            map.Dispose();
        }
    }

    private static bool IsShared(string map) => map is not PolicyMap and not TrafficMap && !map.StartsWith('.');

    private static int TrafficSlots(PolicyImage policy) => TrafficRecord.Reasons
        + (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(policy.RuleNumbers, TrafficSlotsMin, TrafficSlotsMax));

    private static EgressFirewallException Refused(BpfException error) => new(
        ErrorCodes.KernelRefused, $"the kernel did not take the firewall's programs: {error.Message}", error);

    private BpfObject Load(uint lines, int trafficSlots, IReadOnlyDictionary<string, BpfMap> shared)
    {
        BpfObjectSpec spec = Spec.Value.Copy();
        spec.Variables["efw_config"].Set(_config);
        spec.Maps[PolicyMap].MaxEntries = lines;
        spec.Maps[TrafficMap].MaxEntries = (uint)trafficSlots;
        return BpfObject.Load(spec, new BpfLoadOptions { MapReplacements = shared });
    }

    /// <summary>Writes a revision with the learned addresses; where they collide too much, with more room for them.</summary>
    private PreparedRevision Prepare(
        PolicyImage image, uint learnedLines, IReadOnlyCollection<(AddressRecord Address, LeaseSlots Leases)> learned)
    {
        while (true)
        {
            PreparedRevision? revision = _memory.TryPrepare(image, learnedLines);
            if (revision is null)
            {
                Grow(PolicyMemory.LinesFor(image.CountLines(learnedLines)), TrafficSlots(image));
            }
            else if (learned.All(entry => revision.Learned.TryWrite(entry.Address, entry.Leases)))
            {
                return revision;
            }
            else
            {
                learnedLines = checked(learnedLines * 2);
            }
        }
    }

    /// <summary>
    /// Moves to a larger memory: the same policy in it, programs on it, then hook by hook. Both say the same, so the order does not
    /// matter, and there is no moment without a policy.
    /// </summary>
    private void Grow(uint imageLines, int trafficSlots)
    {
        BpfObject before = _programs;
        BpfObject after = Load(_memory.LineCount + imageLines, Math.Max(trafficSlots, _traffic.SlotCount), _shared);
        PolicyMemory memory = new(after.Maps[PolicyMap]);
        if (_learned is not null)
        {
            memory.CopyFrom(_memory, _learned);
        }

        try
        {
            Relink(after);
        }
        catch
        {
            Relink(before);
            memory.Dispose();
            after.Dispose();
            throw;
        }

        GracePeriod.Wait();
        _programs = after;
        _memory.Dispose();
        _memory = memory;
        _traffic = _traffic.MoveTo(after.Maps[TrafficMap]);
        foreach (BpfMap map in after.Maps.Values.Where(map => !IsShared(map.Name)))
        {
            _pins.Replace(map);
        }

        DisposeOwn(before);
    }

    private void Relink(BpfObject programs)
    {
        foreach ((string program, BpfLink link) in _links)
        {
            link.Update(programs.Programs[program]);
        }
    }

    private void DisposeOwn(BpfObject programs)
    {
        foreach (BpfProgram program in programs.Programs.Values)
        {
            program.Dispose();
        }

        foreach (BpfMap map in programs.Maps.Values.Where(map => !_shared.ContainsValue(map)))
        {
            map.Dispose();
        }
    }

    private void PinMaps()
    {
        foreach (BpfMap map in _programs.Maps.Values)
        {
            _pins.Pin(map);
        }
    }

    private void Attach(string cgroupPath)
    {
        using Cgroup cgroup = Cgroup.Open(cgroupPath);
        CgroupId = cgroup.Id;
        foreach ((string program, BpfAttachType attachType) in CgroupHooks.All)
        {
            BpfLink link = _programs.Programs[program].AttachToCgroup(cgroup, attachType);
            _links.Add((program, link));
            link.Pin(_pins.PathOf($"link_{program}"));
        }
    }
}

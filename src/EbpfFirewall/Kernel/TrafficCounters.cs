using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>
/// What is counted of one attachment (<c>efw_traffic</c>): its counters, what went by for each reason, and for each rule. Programs count
/// on their own CPU; reading stops nobody.
/// </summary>
/// <remarks>Safe for concurrent use, but for <see cref="ResetRules"/> and <see cref="MoveTo"/>.</remarks>
internal sealed class TrafficCounters
{
    private const int FixedSlots = TrafficRecord.Counters + TrafficRecord.Reasons;
    private readonly BpfPerCpuMap<uint, TrafficRecord> _map;
    private readonly TrafficRecord[] _before;
    private int _rulesReset;

    /// <param name="map">The map.</param>
    /// <param name="first">First of its slots there; all are zero.</param>
    /// <param name="rules">Slots of rules.</param>
    public TrafficCounters(BpfMap map, uint first, int rules)
        : this(map.AsPerCpu<uint, TrafficRecord>(), first, rules, [])
    {
    }

    private TrafficCounters(BpfPerCpuMap<uint, TrafficRecord> map, uint first, int rules, TrafficRecord[] before)
    {
        _map = map;
        First = first;
        Rules = rules;
        _before = before;
    }

    /// <summary>First of its slots.</summary>
    public uint First { get; }

    /// <summary>Slots of rules.</summary>
    public int Rules { get; }

    /// <summary>All of its slots.</summary>
    public uint SlotCount => SlotsFor(Rules);

    /// <summary>As the header has it.</summary>
    public ulong Range => ((ulong)First << 32) | (uint)Rules;

    /// <summary>Slots that so many rules need.</summary>
    public static uint SlotsFor(int rules) => (uint)(FixedSlots + rules);

    /// <summary>Sum over all CPUs.</summary>
    public long Read(KernelCounter counter) => (long)Read((int)counter).Calls;

    /// <summary>What went by for a reason, without a rule.</summary>
    public TrafficRecord ReadReason(int reason) => Read(TrafficRecord.Counters + reason);

    /// <summary>What went by for a rule; zero when it has no slot.</summary>
    public TrafficRecord ReadRule(int rule) => rule < Rules ? Read(FixedSlots + rule) : default;

    /// <summary>Begins anew for rules that get numbers which others had.</summary>
    public void ResetRules(IEnumerable<int> rules)
    {
        foreach (int rule in rules)
        {
            if (rule < Math.Min(_rulesReset, Rules))
            {
                int slot = FixedSlots + rule;
                _map.SetValues(First + (uint)slot, new TrafficRecord[_map.CpuCount]);
                if (slot < _before.Length)
                {
                    _before[slot] = default;
                }
            }

            _rulesReset = Math.Max(_rulesReset, rule + 1);
        }
    }

    /// <summary>Goes on in other slots, once nobody counts here any more.</summary>
    public TrafficCounters MoveTo(TrafficCounters other)
    {
        TrafficRecord[] before = new TrafficRecord[SlotCount];
        for (int slot = 0; slot < before.Length; slot++)
        {
            before[slot] = Read(slot);
        }

        return new TrafficCounters(other._map, other.First, other.Rules, before) { _rulesReset = _rulesReset };
    }

    private TrafficRecord Read(int slot)
    {
        TrafficRecord sum = slot < _before.Length ? _before[slot] : default;
        Span<TrafficRecord> values = new TrafficRecord[_map.CpuCount];
        _map.TryGetValues(First + (uint)slot, values);
        foreach (ref readonly TrafficRecord value in values)
        {
            sum.Calls += value.Calls;
            sum.Packets += value.Packets;
            sum.Bytes += value.Bytes;
        }

        return sum;
    }
}

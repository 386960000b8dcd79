using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>
/// What went by for each reason and each rule (<c>efw_traffic</c>). Programs count on their own CPU; reading stops nobody.
/// </summary>
/// <remarks>Safe for concurrent use, but for <see cref="Reset"/> and <see cref="MoveTo"/>.</remarks>
internal sealed class TrafficCounters
{
    private readonly BpfPerCpuMap<uint, TrafficRecord> _map;
    private readonly TrafficRecord[] _before;

    public TrafficCounters(BpfMap map)
        : this(map, [])
    {
    }

    private TrafficCounters(BpfMap map, TrafficRecord[] before)
    {
        _map = map.AsPerCpu<uint, TrafficRecord>();
        SlotCount = (int)map.MaxEntries;
        _before = before;
    }

    /// <summary>Slots: those of reasons, then one for each rule.</summary>
    public int SlotCount { get; }

    /// <summary>The slot of a rule, by its number.</summary>
    public static int SlotOf(int rule) => TrafficRecord.Reasons + rule;

    /// <summary>Sum over all CPUs; zero for a slot that is not there.</summary>
    public TrafficRecord Read(int slot)
    {
        if ((uint)slot >= (uint)SlotCount)
        {
            return default;
        }

        TrafficRecord sum = slot < _before.Length ? _before[slot] : default;
        Span<TrafficRecord> values = new TrafficRecord[_map.CpuCount];
        _map.TryGetValues((uint)slot, values);
        foreach (ref readonly TrafficRecord value in values)
        {
            sum.Calls += value.Calls;
            sum.Packets += value.Packets;
            sum.Bytes += value.Bytes;
        }

        return sum;
    }

    /// <summary>Begins a slot anew, for a rule that counts from now on.</summary>
    public void Reset(int slot)
    {
        if ((uint)slot < (uint)SlotCount)
        {
            _map.SetValues((uint)slot, new TrafficRecord[_map.CpuCount]);
        }

        if (slot < _before.Length)
        {
            _before[slot] = default;
        }
    }

    /// <summary>Goes on in a larger map, once nobody counts here any more.</summary>
    public TrafficCounters MoveTo(BpfMap map)
    {
        TrafficRecord[] before = new TrafficRecord[SlotCount];
        for (int slot = 0; slot < before.Length; slot++)
        {
            before[slot] = Read(slot);
        }

        return new TrafficCounters(map, before);
    }
}

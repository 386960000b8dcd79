using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>The limits of a policy as the kernel side reads them; those on names are the DNS proxy's.</summary>
internal sealed class BudgetLines
{
    private readonly Dictionary<int, ushort> _lines = [];
    private readonly List<List<PolicyLimit>> _limits = [[], []];

    /// <exception cref="EgressFirewallException">More rules have limits than there are numbers for.</exception>
    public BudgetLines(FirewallPolicy policy)
    {
        foreach (PolicyLimit limit in policy.Limits.Where(static limit => limit.Quantity != LimitQuantity.Names))
        {
            int line = limit.Scope == LimitScope.Rule ? LineFor(limit.RuleIndex) : (int)limit.Scope;
            _limits[line].Add(limit);
        }
    }

    /// <summary>Whether there is any limit.</summary>
    public bool IsEmpty => _limits.TrueForAll(static limits => limits.Count == 0);

    /// <summary>Whether everything that is sent counts, whichever rule allows it.</summary>
    public bool CountsAll => _limits[(int)LimitScope.Sandbox].Count + _limits[(int)LimitScope.Process].Count > 0;

    /// <summary>The rules that have limits of their own.</summary>
    public IEnumerable<int> Rules => _lines.Keys;

    /// <summary>The line of a rule's limits; 0: it has none.</summary>
    public ushort LineOf(int rule) => _lines.GetValueOrDefault(rule);

    /// <summary>Writes the limits.</summary>
    /// <returns>The first line; 0 when there are none.</returns>
    public uint Write(ref LineWriter lines)
    {
        if (IsEmpty)
        {
            return 0;
        }

        uint first = lines.Take((uint)_limits.Count);
        for (int i = 0; i < _limits.Count && !lines.IsCounting; i++)
        {
            ref BudgetRecord budget = ref lines.At<BudgetRecord>(first + (uint)i);
            budget.Bytes = Record(_limits[i], LimitQuantity.Bytes);
            budget.Connections = Record(_limits[i], LimitQuantity.Connections);
        }

        return first;
    }

    /// <summary>Ticks of a slice: the slices of an interval are no shorter than it.</summary>
    public static ulong SliceTicks(TimeSpan interval) =>
        (KernelTicks.OfHost.Of((ulong)interval.Ticks * TimeSpan.NanosecondsPerTick) + LimitRecord.Slices - 1) / LimitRecord.Slices;

    private static LimitRecord Record(List<PolicyLimit> limits, LimitQuantity quantity)
    {
        PolicyLimit? within = limits.Find(limit => limit.Quantity == quantity && limit.Interval is not null);
        PolicyLimit? total = limits.Find(limit => limit.Quantity == quantity && limit.Interval is null);
        return new LimitRecord(
            (ulong)(within?.Amount ?? 0), within is null ? 0 : SliceTicks(within.Interval!.Value), (ulong)(total?.Amount ?? 0));
    }

    private int LineFor(int rule)
    {
        if (!_lines.TryGetValue(rule, out ushort line))
        {
            if (_limits.Count > ushort.MaxValue)
            {
                throw new EgressFirewallException(ErrorCodes.PolicyTooLarge, $"More than {ushort.MaxValue} rules have limits. Limit sandboxes or processes instead.");
            }

            line = (ushort)_limits.Count;
            _lines.Add(rule, line);
            _limits.Add([]);
        }

        return line;
    }
}

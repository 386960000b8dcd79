using System.Collections.Immutable;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel;

/// <summary>One address that names have led to.</summary>
internal sealed class GrantedAddress
{
    private readonly Dictionary<string, ulong> _names = new(StringComparer.Ordinal);

    /// <summary>What the kernel holds.</summary>
    public LearnedRecord Record { get; set; }

    /// <summary>The names, in the order in which they first led here.</summary>
    public ImmutableArray<string> Names { get; private set; } = [];

    /// <summary>True while the kernel holds an entry, live or expired.</summary>
    public bool HasLease => LivesAt(0);

    public bool LivesAt(ulong nowNs)
    {
        LeaseSlots slots = Record.Lease;
        foreach (LeaseRecord lease in slots)
        {
            if (lease.ExpiresNs > nowNs)
            {
                return true;
            }
        }

        return false;
    }

    public void ForgetLeases() => Record = default;

    /// <summary>
    /// The record with this class leased until <paramref name="expires"/>: in its own slot, extended and never shortened, else in a free or
    /// expired one. Null when every slot is taken.
    /// </summary>
    public LearnedRecord? WithLease(ClassRecord termClass, ulong now, ulong expires)
    {
        LearnedRecord record = Record;
        int free = -1;
        for (int i = 0; i < LeaseSlots.Length; i++)
        {
            LeaseRecord lease = record.Lease[i];
            if (lease.ExpiresNs != 0 && lease.Class == termClass)
            {
                record.Lease[i] = lease with { ExpiresNs = Math.Max(lease.ExpiresNs, expires) };
                return record;
            }

            if (free < 0 && lease.ExpiresNs <= now)
            {
                free = i;
            }
        }

        if (free < 0)
        {
            return null;
        }

        record.Lease[free] = new LeaseRecord(expires, termClass);
        return record;
    }

    public void AddName(string name, ulong expires)
    {
        if (!_names.TryGetValue(name, out ulong known))
        {
            Names = Names.Add(name);
        }

        _names[name] = Math.Max(known, expires);
    }

    public void RemoveNames(ulong now, ulong afterlifeNs)
    {
        foreach ((string name, ulong expires) in _names.ToList())
        {
            if (now > expires + afterlifeNs)
            {
                _names.Remove(name);
                Names = Names.Remove(name);
            }
        }
    }
}

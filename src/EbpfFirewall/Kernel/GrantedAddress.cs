using System.Collections.Immutable;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel;

/// <summary>One address that names have led to.</summary>
internal sealed class GrantedAddress
{
    private readonly Dictionary<string, NameGrant> _names = new(StringComparer.Ordinal);

    /// <summary>What the kernel holds.</summary>
    public LeaseSlots Leases { get; private set; }

    /// <summary>The names, in the order in which they first led here.</summary>
    public ImmutableArray<string> Names { get; private set; } = [];

    /// <summary>When the last grant ends (CLOCK_BOOTTIME).</summary>
    public ulong ExpiresNs { get; private set; }

    /// <summary>True when the kernel holds an entry, live or expired.</summary>
    public bool HasLease => Leases[0] != 0;

    /// <summary>The names whose rules say what is open here, in wire form: those whose grants end after a time.</summary>
    public IEnumerable<byte[]> OriginsSince(ulong nowNs) => _names.Values.Where(grant => grant.ExpiresNs > nowNs).Select(grant => grant.WireOrigin);

    /// <summary>Notes that a name led here.</summary>
    public void AddName(string name, NameGrant grant)
    {
        if (!_names.TryGetValue(name, out NameGrant known))
        {
            Names = Names.Add(name);
        }

        _names[name] = grant with { ExpiresNs = Math.Max(known.ExpiresNs, grant.ExpiresNs) };
        ExpiresNs = Math.Max(ExpiresNs, grant.ExpiresNs);
    }

    /// <summary>
    /// Forgets names whose grant ended before a time. The last one stays: as long as the address is known, some name can say whether a
    /// connection that was admitted goes on.
    /// </summary>
    public void RemoveNames(ulong endedBeforeNs)
    {
        foreach ((string name, NameGrant grant) in _names.ToList())
        {
            if (grant.ExpiresNs < endedBeforeNs && _names.Count > 1)
            {
                _names.Remove(name);
                Names = Names.Remove(name);
            }
        }
    }

    /// <summary>
    /// Leases a class: in its own slot, extended and never shortened, else in a free or ended one.
    /// </summary>
    /// <returns>False when every slot is taken; nothing has changed then.</returns>
    public bool TryLease(ushort termClass, ulong deadline, ulong now)
    {
        LeaseSlots leases = Leases;
        if (!TryLease(ref leases, termClass, deadline, now))
        {
            return false;
        }

        Leases = leases;
        return true;
    }

    /// <summary>
    /// Works the leases out anew, for another policy. Where the names say more different things than there are slots, the address is
    /// denied.
    /// </summary>
    /// <param name="classOf">The class that a name lends, by its origin; 0: none.</param>
    /// <param name="deadlineOf">The tick of a time.</param>
    /// <param name="now">The tick now.</param>
    /// <param name="denyAll">The class that denies everything.</param>
    public void Renew(Func<byte[], ushort> classOf, Func<ulong, ulong> deadlineOf, ulong now, ushort denyAll)
    {
        LeaseSlots leases = default;
        bool fits = true;
        foreach (NameGrant grant in _names.Values.OrderByDescending(grant => grant.ExpiresNs))
        {
            ushort termClass = classOf(grant.WireOrigin);
            fits &= termClass == 0 || TryLease(ref leases, termClass, deadlineOf(grant.ExpiresNs), now);
        }

        if (!fits)
        {
            leases = default;
            leases[0] = LearnedLines.Lease(deadlineOf(ExpiresNs), denyAll);
        }

        Leases = leases;
    }

    private static bool TryLease(ref LeaseSlots leases, ushort termClass, ulong deadline, ulong now)
    {
        int free = -1;
        int ended = -1;
        for (int i = LeaseSlots.Length - 1; i >= 0; i--)
        {
            (ulong ends, ushort leased) = LearnedLines.Parse(leases[i]);
            if (leases[i] != 0 && leased == termClass)
            {
                leases[i] = LearnedLines.Lease(Math.Max(ends, deadline), termClass);
                return true;
            }

            free = leases[i] == 0 ? i : free;
            ended = ends <= now ? i : ended;
        }

        int slot = free >= 0 ? free : ended;
        if (slot < 0)
        {
            return false;
        }

        leases[slot] = LearnedLines.Lease(deadline, termClass);
        return true;
    }
}

using System.Collections.Immutable;
using System.Net;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The addresses that names have opened (<c>efw_learned</c>). The kernel honours the expiry alone; here is kept which names
/// led where, and what to write when several lead to one address.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class AddressGrants(BpfMap<AddressRecord, LearnedRecord> learned, Func<ulong> clockNs) : IAddressGrants
{
    // Names stay a while after their grant, so that a late event can still say which name led there.
    private const ulong NameAfterlifeNs = 60_000_000_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<AddressRecord, GrantedAddress> _addresses = [];

    /// <summary>Grants that found no room: more distinct port sets on one address than it has slots, or a full table.</summary>
    public long Refused { get; private set; }

    public bool TryGrant(string name, IPAddress address, TermClass termClass, TimeSpan lifetime)
    {
        AddressRecord key = AddressRecord.From(address);
        lock (_gate)
        {
            ulong now = clockNs();
            ulong expires = now + ((ulong)lifetime.Ticks * TimeSpan.NanosecondsPerTick);
            if (!_addresses.TryGetValue(key, out GrantedAddress? granted))
            {
                granted = new GrantedAddress();
            }

            if (termClass.Count > 0 && !TryLease(key, granted, new ClassRecord((uint)termClass.First, (uint)termClass.Count), now, expires))
            {
                Refused++;
                return false;
            }

            granted.AddName(name, expires);
            _addresses[key] = granted;
            return true;
        }
    }

    /// <summary>The names that led to an address, in the order in which they first did.</summary>
    public ImmutableArray<string> NamesFor(in AddressRecord address)
    {
        lock (_gate)
        {
            return _addresses.TryGetValue(address, out GrantedAddress? granted) ? granted.Names : [];
        }
    }

    /// <summary>Removes what has expired.</summary>
    public void RemoveExpired()
    {
        lock (_gate)
        {
            ulong now = clockNs();
            foreach ((AddressRecord key, GrantedAddress granted) in _addresses.ToList())
            {
                granted.RemoveNames(now, NameAfterlifeNs);
                if (granted.HasLease && !granted.LivesAt(now))
                {
                    learned.Remove(key);
                    granted.ForgetLeases();
                }

                if (granted.Names.IsEmpty && !granted.HasLease)
                {
                    _addresses.Remove(key);
                }
            }
        }
    }

    private bool TryLease(in AddressRecord key, GrantedAddress granted, ClassRecord termClass, ulong now, ulong expires)
    {
        if (granted.WithLease(termClass, now, expires) is not { } record)
        {
            return false;
        }

        if (learned.TrySet(key, record) != BpfUpdateResult.Done)
        {
            return false;
        }

        granted.Record = record;
        return true;
    }
}

using System.Collections.Immutable;
using System.Net;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The policy in force and the addresses that names have opened under it. The kernel honours the ends of grants alone; here is kept
/// which names led where, so that a new policy can say what becomes of them.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class AddressGrants : IAddressGrants
{
    /// <summary>Addresses that may be known at a time, unless told otherwise.</summary>
    internal const int AddressesMax = 65_536;

    // Names stay a while after their grant, so that a late event can still say which name led there.
    private const ulong NameAfterlifeNs = 60_000_000_000;

    // A deadline in the past: an ended grant still says that its name may be used.
    private const ulong EndedLongAgo = 1;
    private readonly Lock _gate = new();
    private readonly Dictionary<AddressRecord, GrantedAddress> _addresses = [];
    private readonly IPolicyTarget _target;
    private readonly Func<ulong> _clockNs;
    private readonly Func<ulong> _ticks;
    private readonly Func<ulong, ulong> _ticksOf;
    private readonly int _addressesMax;
    private PolicyImage _image;
    private ulong _endedSeenNs;

    /// <summary>Puts the first policy in force.</summary>
    /// <param name="target">Where.</param>
    /// <param name="image">The policy.</param>
    /// <param name="clockNs">CLOCK_BOOTTIME.</param>
    /// <param name="ticks">The tick now.</param>
    /// <param name="ticksOf">Ticks of a time in nanoseconds.</param>
    /// <param name="addressesMax">Addresses that may be known at a time.</param>
    public AddressGrants(
        IPolicyTarget target,
        PolicyImage image,
        Func<ulong> clockNs,
        Func<ulong> ticks,
        Func<ulong, ulong> ticksOf,
        int addressesMax = AddressesMax)
    {
        _target = target;
        _clockNs = clockNs;
        _ticks = ticks;
        _ticksOf = ticksOf;
        _addressesMax = addressesMax;
        _image = image;
        target.Publish(image, []);
    }

    /// <summary>Grants that found no room: more distinct port sets on one address than it has slots, or a full table.</summary>
    public long Refused { get; private set; }

    /// <summary>Addresses that are known, live or ended.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _addresses.Count;
            }
        }
    }

    /// <summary>
    /// Puts another policy in force in one step. What names have opened stays open as far as the new policy lets those names open it.
    /// </summary>
    /// <exception cref="EgressFirewallException">The kernel refused; the policy before stays in force.</exception>
    public void Use(PolicyImage image)
    {
        lock (_gate)
        {
            PolicyImage before = _image;
            _image = image;
            try
            {
                RenewAll();
                Publish();
            }
            catch
            {
                _image = before;
                RenewAll();
                throw;
            }
        }
    }

    public bool TryGrant(NameAnswer answer, IPAddress address)
    {
        AddressRecord key = AddressRecord.From(address);
        lock (_gate)
        {
            ulong now = _clockNs();
            ulong lifetimeNs = (ulong)answer.Lifetime.Ticks * TimeSpan.NanosecondsPerTick;
            NameDecision decision = _image.Policy.DecideName(answer.WireOrigin);
            if (!answer.IsDenial && !decision.Resolves && decision.Class.Count == 0 && _image.Policy.Policy.Mode != PolicyMode.Observe)
            {
                return false; // the policy has changed since the question was allowed
            }

            bool isKnown = _addresses.TryGetValue(key, out GrantedAddress? granted);
            if (!isKnown && _addresses.Count >= _addressesMax && !TryMakeRoom(now))
            {
                Refused++;
                return false;
            }

            granted ??= new GrantedAddress();
            ushort termClass = _image.Terms.Number(decision.Class);
            if (termClass != 0 && !TryLease(key, granted, termClass, _ticksOf(lifetimeNs)))
            {
                Refused++;
                return false;
            }

            granted.AddName(answer.Name, new NameGrant(now + lifetimeNs, answer.WireOrigin));
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

    /// <summary>The rule by which a name that led to an address decides about it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="policy">The policy that decided.</param>
    /// <param name="ruleOf">The rule in a class; -1: none.</param>
    /// <returns>The first that is found; -1: none.</returns>
    public int FindRule(in AddressRecord address, CompiledPolicy policy, Func<TermClass, int> ruleOf)
    {
        lock (_gate)
        {
            IEnumerable<byte[]> origins = _addresses.TryGetValue(address, out GrantedAddress? granted) ? granted.OriginsSince(0) : [];
            return origins.Select(origin => ruleOf(policy.DecideName(origin).Class)).FirstOrDefault(static rule => rule >= 0, -1);
        }
    }

    /// <summary>
    /// Whether the policy in force ends a connection. One whose grant has merely ended goes on, and loopback is judged by its listeners, in
    /// the kernel.
    /// </summary>
    public bool Ends(EndpointRecord remote)
    {
        lock (_gate)
        {
            CompiledPolicy policy = _image.Policy;
            if (policy.Policy.Mode is PolicyMode.Observe or PolicyMode.BlockAll)
            {
                return policy.Policy.Mode == PolicyMode.BlockAll && !IPAddress.IsLoopback(remote.Address.ToAddress());
            }

            TransportProtocols protocol = remote.Protocol == IanaProtocol.Tcp ? TransportProtocols.Tcp : TransportProtocols.Udp;
            if (policy.FindTerm(policy.ClassOf(remote.Address.ToAddress()), remote.Port, protocol) is { } byNetwork)
            {
                return byNetwork.Verdict is TermVerdict.Deny or TermVerdict.Reserved;
            }

            bool isAllowed = policy.Policy.Mode == PolicyMode.DenyList;
            ulong since = policy.Policy.StrictTtl ? _clockNs() : 0;
            foreach (byte[] origin in _addresses.TryGetValue(remote.Address, out GrantedAddress? granted) ? granted.OriginsSince(since) : [])
            {
                PolicyTerm? term = policy.FindTerm(policy.DecideName(origin).Class, remote.Port, protocol);
                if (term is { Verdict: not TermVerdict.Allow })
                {
                    return true;
                }

                isAllowed |= term is not null;
            }

            return !isAllowed;
        }
    }

    /// <summary>Whether a grant has ended since this was last asked that connections must not outlive.</summary>
    public bool TakeEnded()
    {
        lock (_gate)
        {
            ulong since = _endedSeenNs;
            _endedSeenNs = _clockNs();
            return _image.Policy.Policy.StrictTtl
                && _addresses.Values.Any(granted => granted.ExpiresNs > since && granted.ExpiresNs <= _endedSeenNs);
        }
    }

    /// <summary>
    /// Forgets names whose grants ended a while ago, all but the last of an address: a later policy may say something about it, and what was
    /// opened there may live on.
    /// </summary>
    public void RemoveExpired()
    {
        lock (_gate)
        {
            ulong ended = Before(_clockNs());
            foreach (GrantedAddress granted in _addresses.Values)
            {
                granted.RemoveNames(ended);
            }
        }
    }

    private static ulong Before(ulong nowNs) => nowNs > NameAfterlifeNs ? nowNs - NameAfterlifeNs : 0;

    private bool TryLease(in AddressRecord key, GrantedAddress granted, ushort termClass, ulong lifetimeTicks)
    {
        ulong now = _ticks();
        if (!granted.TryLease(termClass, now + lifetimeTicks, now))
        {
            return false;
        }

        LearnedLines table = _target.Learned;
        if (table.Count < table.Capacity && table.TryWrite(key, granted.Leases))
        {
            return true;
        }

        // A larger table, or one with another seed where this address had no place.
        bool isNew = _addresses.TryAdd(key, granted);
        try
        {
            Publish();
            return true;
        }
        catch (EgressFirewallException)
        {
            if (isNew)
            {
                _addresses.Remove(key);
            }

            return false;
        }
    }

    /// <summary>Forgets the addresses whose grants ended a while ago, and with them what was admitted there long ago.</summary>
    private bool TryMakeRoom(ulong nowNs)
    {
        ulong ended = Before(nowNs);
        foreach ((AddressRecord key, GrantedAddress granted) in _addresses)
        {
            if (granted.ExpiresNs < ended)
            {
                _addresses.Remove(key);
            }
        }

        if (_addresses.Count >= _addressesMax)
        {
            return false;
        }

        Publish();
        return true;
    }

    private void RenewAll()
    {
        ulong nowNs = _clockNs();
        ulong now = _ticks();
        foreach (GrantedAddress granted in _addresses.Values)
        {
            granted.Renew(ClassOf, expiresNs => DeadlineOf(expiresNs, nowNs, now), now, TermLines.DenyAll);
        }
    }

    private ulong DeadlineOf(ulong expiresNs, ulong nowNs, ulong now) => expiresNs > nowNs ? now + _ticksOf(expiresNs - nowNs) : EndedLongAgo;

    // A name that is denied lends its denial: in a deny-list its addresses would be open without it.
    private ushort ClassOf(byte[] wireOrigin) => _image.Terms.Number(_image.Policy.DecideName(wireOrigin).Class);

    private void Publish() => _target.Publish(
        _image, [.. _addresses.Where(entry => entry.Value.HasLease).Select(entry => (entry.Key, entry.Value.Leases))]);
}

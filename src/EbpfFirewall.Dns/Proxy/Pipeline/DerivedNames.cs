namespace EbpfFirewall.Dns.Proxy;

/// <summary>
/// Targets of aliases in allowed answers: a client that asks for one of them gets it with the rights of the name that led
/// there, while that answer lives. Bounded.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class DerivedNames(int capacity, ProxyCounters counters)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], DerivedName> _names = new(WireNameComparer.Instance);

    internal bool TryGet(INamePolicy policy, ReadOnlySpan<byte> wireName, long now, out DerivedName derived)
    {
        lock (_lock)
        {
            return _names.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(wireName, out derived)
                && derived.Expiry > now
                && ReferenceEquals(derived.Policy, policy);
        }
    }

    internal void Learn(INamePolicy policy, ReadOnlySpan<byte> wireName, QueryVerdict verdict, byte[] wireOrigin, long expiry, long now)
    {
        lock (_lock)
        {
            var lookup = _names.GetAlternateLookup<ReadOnlySpan<byte>>();
            bool known = lookup.TryGetValue(wireName, out DerivedName before);
            if (known && before.Expiry > expiry && ReferenceEquals(before.Policy, policy) && before.RuleIndex == verdict.RuleIndex)
            {
                return;
            }

            if (!known && _names.Count >= capacity && !TryMakeRoom(policy, now))
            {
                ProxyCounters.Count(ref counters.DerivedDropped);
                return;
            }

            lookup[wireName] = new DerivedName(policy, verdict.Class, verdict.RuleIndex, wireOrigin, expiry);
        }
    }

    private bool TryMakeRoom(INamePolicy policy, long now)
    {
        foreach ((byte[] name, DerivedName derived) in _names)
        {
            if (derived.Expiry <= now || !ReferenceEquals(derived.Policy, policy))
            {
                _names.Remove(name);
            }
        }

        return _names.Count < capacity;
    }
}

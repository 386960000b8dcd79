using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// Counts the different names that one sandbox looks up. A name counts once while it is remembered: for good, or until nobody has asked for it
/// within the interval. Every limit that a question is under is asked first; only what all of them let through counts.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class NameLimits(TimeProvider time) : INameLimits
{
    private const int OwnersMax = 8192;
    private readonly Lock _gate = new();
    private readonly Dictionary<Owner, Dictionary<string, long>> _names = [];

    public PolicyLimit? Count(string name, in ClientFlow client, FirewallPolicy policy, int ruleIndex)
    {
        List<(PolicyLimit Limit, Dictionary<string, long> Names)> counted = [];
        lock (_gate)
        {
            long now = time.GetTimestamp();
            foreach (PolicyLimit limit in policy.Limits)
            {
                if (limit.Quantity != LimitQuantity.Names || (limit.Scope == LimitScope.Rule && limit.RuleIndex != ruleIndex))
                {
                    continue;
                }

                if (Find(OwnerOf(limit, client, policy)) is not { } names || !HasRoom(names, name, limit, now))
                {
                    return limit;
                }

                counted.Add((limit, names));
            }

            counted.ForEach(entry => entry.Names[name] = now);
            return null;
        }
    }

    /// <summary>How much is used of a policy's limits on names.</summary>
    public IReadOnlyList<LimitUse> Read(FirewallPolicy policy)
    {
        List<LimitUse> uses = [];
        lock (_gate)
        {
            long now = time.GetTimestamp();
            foreach (PolicyLimit limit in policy.Limits.Where(static limit => limit.Quantity == LimitQuantity.Names))
            {
                string rule = RuleOf(limit, policy);
                IEnumerable<KeyValuePair<Owner, Dictionary<string, long>>> owners = _names.Where(entry =>
                    entry.Key.Scope == limit.Scope && entry.Key.IsTotal == limit.Interval is null && entry.Key.Rule == rule);
                uses.AddRange(owners.Select(entry => new LimitUse(limit, entry.Value.Values.Count(at => IsLive(at, limit, now)), entry.Key.ProcessId)));
                if (limit.Scope != LimitScope.Process && uses.TrueForAll(use => use.Limit != limit))
                {
                    uses.Add(new LimitUse(limit, 0, 0));
                }
            }
        }

        return uses;
    }

    /// <summary>Forgets what processes asked for that have ended.</summary>
    public void RemoveDead(Func<IReadOnlySet<int>> processes)
    {
        lock (_gate)
        {
            List<Owner> ofProcesses = [.. _names.Keys.Where(static owner => owner.ProcessId != 0)];
            if (ofProcesses.Count > 0)
            {
                IReadOnlySet<int> alive = processes();
                ofProcesses.Where(owner => !alive.Contains(owner.ProcessId)).ToList().ForEach(owner => _names.Remove(owner));
            }
        }
    }

    private static string RuleOf(PolicyLimit limit, FirewallPolicy policy) =>
        limit.RuleIndex < 0 ? "" : $"{policy.Rules[limit.RuleIndex].Action} {policy.Rules[limit.RuleIndex].Text}";

    // A process that is not known shares with others of its kind.
    private static Owner OwnerOf(PolicyLimit limit, in ClientFlow client, FirewallPolicy policy)
    {
        ProcessIdentity process = limit.Scope == LimitScope.Process ? client.Process ?? ProcessIdentity.Unknown : ProcessIdentity.Unknown;
        int id = limit.Scope == LimitScope.Process ? process.ProcessId : 0;
        return new Owner(limit.Scope, limit.Interval is null, id, process.StartTime, RuleOf(limit, policy));
    }

    private Dictionary<string, long>? Find(Owner owner)
    {
        if (!_names.TryGetValue(owner, out Dictionary<string, long>? names) && _names.Count < OwnersMax)
        {
            names = new Dictionary<string, long>(StringComparer.Ordinal);
            _names.Add(owner, names);
        }

        return names;
    }

    private bool HasRoom(Dictionary<string, long> names, string name, PolicyLimit limit, long now)
    {
        if (names.TryGetValue(name, out long at) && IsLive(at, limit, now))
        {
            return true;
        }

        if (names.Count >= limit.Amount && limit.Interval is not null)
        {
            foreach ((string known, long asked) in names)
            {
                if (!IsLive(asked, limit, now))
                {
                    names.Remove(known);
                }
            }
        }

        return names.Count < limit.Amount;
    }

    private bool IsLive(long at, PolicyLimit limit, long now) => limit.Interval is null || time.GetElapsedTime(at, now) < limit.Interval;

    private readonly record struct Owner(LimitScope Scope, bool IsTotal, int ProcessId, TimeSpan StartTime, string Rule);
}

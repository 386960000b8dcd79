using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel;

/// <summary>
/// What one attachment has used of limits on bytes and connections (<c>efw_usages</c>). It goes on when the policy is replaced: the attachment's and its processes'
/// always, a rule's while the rule stays.
/// </summary>
/// <remarks>Changing is for one owner; reading is safe beside it.</remarks>
internal sealed class LimitUsage(KernelEngine engine, uint attachment)
{
    private const int NoRule = -1;
    private readonly HashSet<int> _rules = [];
    private bool _hasOwn;

    private BpfMap<UsageKey, UsageRecord> Usages => engine.Usages;

    /// <summary>Makes room for a policy's limits before it comes into force.</summary>
    /// <param name="image">The policy.</param>
    /// <param name="fresh">Numbers of rules that others had before.</param>
    /// <exception cref="EgressFirewallException">There is no room.</exception>
    public void Prepare(PolicyImage image, IEnumerable<int> fresh)
    {
        BudgetLines budgets = image.Terms.Budgets;
        if (budgets.IsEmpty)
        {
            return;
        }

        try
        {
            foreach (int rule in fresh.Where(_rules.Remove))
            {
                Usages.Remove(KeyOf(rule));
            }

            if (!_hasOwn)
            {
                Usages.TrySet(KeyOf(NoRule), default, BpfUpdateMode.CreateOnly);
                _hasOwn = true;
            }

            foreach (int rule in budgets.Rules.Select(index => image.NumberOfRule[index]).Where(_rules.Add))
            {
                Usages.Set(KeyOf(rule), default);
            }
        }
        catch (BpfException error)
        {
            throw KernelEngine.Refused(error);
        }
    }

    /// <summary>Forgets the rules that the policy in force does not have.</summary>
    public void Complete(PolicyImage image)
    {
        var kept = image.Terms.Budgets.Rules.Select(index => image.NumberOfRule[index]).ToHashSet();
        foreach (int rule in _rules.Where(rule => !kept.Contains(rule)).ToList())
        {
            Usages.Remove(KeyOf(rule));
            _rules.Remove(rule);
        }
    }

    /// <summary>What has been used of a policy's limits on bytes and connections.</summary>
    public IEnumerable<LimitUse> Read(PolicyImage image)
    {
        if (image.Terms.Budgets.IsEmpty)
        {
            yield break;
        }

        ulong now = KernelTicks.OfHost.Now;
        ILookup<LimitScope, PolicyLimit> limits = image.Policy.Policy.Limits
            .Where(static limit => limit.Quantity != LimitQuantity.Names).ToLookup(static limit => limit.Scope);
        foreach (PolicyLimit limit in limits[LimitScope.Sandbox].Concat(limits[LimitScope.Rule]))
        {
            int rule = limit.RuleIndex < 0 ? NoRule : image.NumberOfRule[limit.RuleIndex];
            Usages.TryGetValue(KeyOf(rule), out UsageRecord usage);
            yield return new LimitUse(limit, Used(usage, limit, now), 0);
        }

        foreach ((UsageKey key, UsageRecord usage) in limits[LimitScope.Process].Any() ? Usages.Enumerate() : [])
        {
            foreach (PolicyLimit limit in key.Attachment == attachment && key.ProcessId != 0 ? limits[LimitScope.Process] : [])
            {
                yield return new LimitUse(limit, Used(usage, limit, now), (int)key.ProcessId);
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (UsageKey key in Usages.Enumerate().Select(static entry => entry.Key).Where(key => key.Attachment == attachment).ToList())
        {
            Usages.Remove(key);
        }
    }

    private static long Used(in UsageRecord usage, PolicyLimit limit, ulong now)
    {
        MeterRecord meter = limit.Quantity == LimitQuantity.Bytes ? usage.Bytes : usage.Connections;
        return (long)(limit.Interval is { } interval ? meter.UsedUntil(now / BudgetLines.SliceTicks(interval)) : meter.Total);
    }

    private UsageKey KeyOf(int rule) => new(attachment, rule, 0, 0, 0);
}

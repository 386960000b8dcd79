using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Wire;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Decides questions: the policy, what earlier answers made of it, the special names, the types.</summary>
internal sealed class NameJudge(DnsProxyOptions options, DerivedNames derived)
{
    internal QueryVerdict Judge(INamePolicy policy, Query query, long now)
    {
        DnsName name = query.WireName;
        ReadOnlySpan<byte> flat = query.Name;
        NameDecision decision = policy.Decide(flat, query.Flow);
        bool hasRule = decision.RuleIndex >= 0;
        if (policy.Mode == PolicyMode.BlockAll)
        {
            return new(QueryVerdictKind.DenyName, DecisionReason.BlockAll, -1, default);
        }

        if (!decision.Resolves && hasRule)
        {
            return Deny(decision, DecisionReason.NameDenied);
        }

        if (!hasRule)
        {
            // RFC 6761: answered here; a deny rule for it was honoured above.
            if (SpecialNames.IsLocalhost(name))
            {
                return new(QueryVerdictKind.Localhost, DecisionReason.NameAllowed, -1, default);
            }

            if (SpecialNames.IsCanary(name))
            {
                return SpecialNames.IsResolverDiscovery(name)
                    ? new(QueryVerdictKind.DenyNameKeepTree, DecisionReason.NameDenied, -1, default)
                    : new(QueryVerdictKind.DenyName, DecisionReason.NameDenied, -1, default);
            }
        }

        byte[]? origin = null;
        if (!decision.Resolves)
        {
            if (!derived.TryGet(policy, flat, now, out DerivedName parent) || !IsOpen(policy, parent, query.Flow))
            {
                return Deny(decision, DecisionReason.NotInAllowList);
            }

            decision = new NameDecision(true, parent.Class, parent.RuleIndex, false);
            origin = parent.WireOrigin;
        }

        if (SpecialNames.IsReverse(name) && !SpecialNames.IsReverseAddress(name, flat))
        {
            return new(QueryVerdictKind.DenyName, DecisionReason.MalformedQuery, decision.RuleIndex, default);
        }

        if (QueryTypes.IsRefused(query.Type) || (options.HttpsRecords == HttpsRecordMode.NoData && QueryTypes.IsServiceBinding(query.Type)))
        {
            return new(QueryVerdictKind.DenyType, DecisionReason.QueryType, decision.RuleIndex, default);
        }

        DecisionReason reason = decision.RuleIndex >= 0 ? DecisionReason.NameAllowed : DecisionReason.NotInDenyList;
        return new(QueryVerdictKind.Forward, reason, decision.RuleIndex, decision.Class) { WireOrigin = origin };
    }

    // What another program's question led to is not everybody's.
    private static bool IsOpen(INamePolicy policy, DerivedName parent, in ClientFlow client) =>
        policy.Decide(parent.WireOrigin, client) is { DependsOnProgram: false } or { Resolves: true };

    private static QueryVerdict Deny(NameDecision decision, DecisionReason reason)
    {
        QueryVerdictKind kind = decision.HasAllowedDescendant ? QueryVerdictKind.DenyNameKeepTree : QueryVerdictKind.DenyName;
        return new(kind, reason, decision.RuleIndex, decision.Class);
    }
}

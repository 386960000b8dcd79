using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Wire;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>
/// The way of an answer, in an order that is the guarantee (<see cref="QueryPipeline"/> has the steps before):
/// <code>
///   (5) validate the whole message; what cannot be parsed is never passed on
///   (6) follow the aliases from the question, inside the answer section; a deny rule for a name on the way wins
///   (7) rebinding guard: a public name does not lead inside
///   (8) clamp the TTL: that is how long the addresses stay open, and no record in the reply lives longer
///   (9) write every grant, before the client can know an address; one that fails withholds the answer.
///       Expiry is in the grant itself: nobody has to remember it
/// </code>
/// The reply is only written here; <see cref="QueryPipeline"/> sends it.
/// </summary>
internal sealed class AnswerJudge(
    IAddressGrants grants, DerivedNames derived, DnsProxyOptions options, ProxyClock clock, ProxyCounters counters)
{
    internal AnswerResult Judge(Query query, ReadOnlySpan<byte> message, Span<byte> scratch, bool overTcp)
    {
        // (5)
        DnsReader reader = new(message);
        if (!overTcp && (reader.Header.Flags & DnsFlags.Truncated) != 0)
        {
            return AnswerResult.Of(AnswerKind.Truncated);
        }

        bool hasEdns = false;
        int code = (int)reader.Header.ResponseCode;
        while (reader.TryReadRecord(out DnsRecord record))
        {
            if (record.Type == DnsType.Opt && DnsEdns.TryRead(record, out DnsEdns edns))
            {
                hasEdns = true;
                code |= edns.ExtendedCode << 4;
            }
        }

        DnsResponseCode responseCode = (DnsResponseCode)code;
        if (query.SentEdns
            && (responseCode == DnsResponseCode.BadVersion || (!hasEdns && UpstreamMessage.IsEdnsRefusal(reader.Header.ResponseCode))))
        {
            return AnswerResult.Of(AnswerKind.WithoutEdns);
        }

        // (6)
        Span<byte> names = stackalloc byte[AnswerChain.StorageSize];
        if (reader.Status != DnsStatus.End
            || code > 0xF
            || !AnswerChain.TryFollow(message, query.Name, names, out AnswerChain chain))
        {
            return AnswerResult.Of(AnswerKind.Malformed);
        }

        AnswerContent content = AnswerContent.Read(message, chain, query.Type, options);

        INamePolicy policy = query.Policy!;
        bool observes = policy.Mode == PolicyMode.Observe;
        QueryVerdict verdict = JudgeAliases(policy, query.Verdict, chain, content.Targets);

        // (7)
        if (verdict.IsAllowed && LeadsInside(policy, query, content.Addresses))
        {
            ProxyCounters.Count(ref counters.Rebindings);
            verdict = verdict with { Kind = QueryVerdictKind.DenyType, Reason = DecisionReason.Rebinding };
        }

        // (8)
        TimeSpan lifetime = Clamp(content.TimeToLive);
        if (!verdict.IsAllowed && !observes)
        {
            // Where it teaches, the addresses are closed for as long as they would have been open.
            if (!query.IsLesson
                || !TryGrant(query.Name, query.Name.ToArray(), content.Addresses, verdict.Class, lifetime + options.GrantGrace, isDenial: true)
                || !options.AnswerDeniedNames)
            {
                return AnswerResult.Of(AnswerKind.Denied, verdict);
            }

            verdict = verdict with { Kind = QueryVerdictKind.Forward, Reason = DecisionReason.DeniedNameAnswered };
        }

        // (9) In Observe nothing is withheld; a grant then only ties names to addresses for the events.
        else if (!TryOpen(policy, query, chain, content, verdict, lifetime + options.GrantGrace) && !observes)
        {
            ProxyCounters.Count(ref counters.GrantFailures);
            return AnswerResult.Of(AnswerKind.GrantFailed, verdict);
        }

        if (content.IsRewritten && !content.HasRecords)
        {
            return AnswerResult.Of(AnswerKind.Filtered, verdict);
        }

        AnswerTerms terms = new(responseCode, (uint)lifetime.TotalSeconds, options);
        int length = AnswerWriter.Write(scratch, query, message, chain, content, terms);
        return length == 0
            ? AnswerResult.Of(AnswerKind.Malformed)
            : new AnswerResult(AnswerKind.Reply, verdict, length, responseCode, content.Addresses);
    }

    private TimeSpan Clamp(uint timeToLive)
    {
        TimeSpan lifetime = TimeSpan.FromSeconds(timeToLive);
        return lifetime < options.MinGrantLifetime ? options.MinGrantLifetime
            : lifetime > options.MaxGrantLifetime ? options.MaxGrantLifetime
            : lifetime;
    }

    private static QueryVerdict JudgeAliases(INamePolicy policy, QueryVerdict verdict, scoped in AnswerChain chain, List<byte[]> targets)
    {
        for (int i = 1; i < chain.Count && verdict.IsAllowed; i++)
        {
            verdict = JudgeAlias(policy, verdict, chain[i]);
        }

        for (int i = 0; i < targets.Count && verdict.IsAllowed; i++)
        {
            verdict = JudgeAlias(policy, verdict, targets[i]);
        }

        return verdict;
    }

    private static QueryVerdict JudgeAlias(INamePolicy policy, QueryVerdict verdict, ReadOnlySpan<byte> name)
    {
        NameDecision decision = policy.Decide(name);
        return decision.Resolves || decision.RuleIndex < 0
            ? verdict
            : new(QueryVerdictKind.DenyNameKeepTree, DecisionReason.NameDenied, decision.RuleIndex, decision.Class);
    }

    private bool LeadsInside(INamePolicy policy, Query query, List<IPAddress> addresses)
    {
        if (options.RebindingGuard == RebindingGuard.Off || addresses.Count == 0 || !SpecialNames.IsPublic(query.WireName, query.Name))
        {
            return false;
        }

        foreach (IPAddress address in addresses)
        {
            if (PrivateAddresses.Contains(address) && !IsExplicitlyAllowed(policy, address))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsExplicitlyAllowed(INamePolicy policy, IPAddress address)
    {
        try
        {
            return options.IsAddressExplicitlyAllowed?.Invoke(address) ?? policy.AllowsAddress(address);
        }
        catch (Exception)
        {
            ProxyCounters.Count(ref counters.Faults);
            return false;
        }
    }

    private bool TryOpen(
        INamePolicy policy, Query query, scoped in AnswerChain chain, scoped in AnswerContent content, QueryVerdict verdict, TimeSpan lifetime)
    {
        byte[] origin = verdict.WireOrigin ?? query.Name.ToArray();
        if (!TryGrant(query.Name, origin, content.Addresses, verdict.Class, lifetime))
        {
            return false;
        }

        for (int i = 1; i < chain.Count; i++)
        {
            NameDecision decision = policy.Decide(chain[i]);
            Learn(policy, chain[i], decision, verdict, origin, lifetime);

            // A name on the way with rules of its own says them about the addresses too: its denied ports stay denied.
            if (decision.Class.Count > 0
                && decision.Class != verdict.Class
                && !TryGrant(chain[i], chain[i].ToArray(), content.Addresses, decision.Class, lifetime))
            {
                return false;
            }
        }

        foreach (byte[] target in content.Targets)
        {
            Learn(policy, target, policy.Decide(target), verdict, origin, lifetime);
        }

        return true;
    }

    /// <summary>A name that the policy leaves open is allowed while an allowed answer leads to it, with that one's rights.</summary>
    private void Learn(INamePolicy policy, ReadOnlySpan<byte> name, NameDecision decision, QueryVerdict verdict, byte[] origin, TimeSpan lifetime)
    {
        if (!decision.Resolves && decision.RuleIndex < 0 && verdict.IsAllowed)
        {
            long now = clock.Now;
            derived.Learn(policy, name, verdict, origin, now + clock.Ticks(lifetime), now);
        }
    }

    private bool TryGrant(
        ReadOnlySpan<byte> name, byte[] origin, List<IPAddress> addresses, TermClass @class, TimeSpan lifetime, bool isDenial = false)
    {
        if (addresses.Count == 0)
        {
            return true;
        }

        NameAnswer answer = new(DnsNameText.Format(name), origin, @class, lifetime) { IsDenial = isDenial };
        try
        {
            foreach (IPAddress address in addresses)
            {
                if (!grants.TryGrant(answer, address))
                {
                    return false;
                }
            }
        }
        catch (Exception)
        {
            ProxyCounters.Count(ref counters.Faults);
            return false;
        }

        return true;
    }
}

using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Ends queries: the reply first, then the report, then the query goes back to the pool.</summary>
internal sealed class QueryCompletion(IDnsObserver observer, ProxyCounters counters, WorkGate gate)
{
    private readonly QueryPool _pool = new();
    private int _pending;

    internal bool HasPending => Volatile.Read(ref _pending) > 0;

    internal Query Rent(IReplySink sink)
    {
        Query query = _pool.Rent();
        query.Sink = sink;
        return query;
    }

    /// <summary>Counts a query among those that wait for an upstream.</summary>
    internal bool TryWait(Query query, int maxPending)
    {
        if (Interlocked.Increment(ref _pending) > maxPending)
        {
            Interlocked.Decrement(ref _pending);
            return false;
        }

        query.IsPending = true;
        return true;
    }

    /// <summary>Ends a query without a word.</summary>
    internal void Drop(Query query)
    {
        query.Sink.Abandon(query);
        Release(query);
    }

    /// <summary>A denial by <see cref="Query.Verdict"/>.</summary>
    internal void Deny(Query query)
    {
        QueryVerdict verdict = query.Verdict;
        DnsResponseCode code = verdict.Kind == QueryVerdictKind.DenyName ? DnsResponseCode.NameError : DnsResponseCode.NoError;
        DnsExtendedError error = verdict.Kind == QueryVerdictKind.DenyType ? DnsExtendedError.Filtered : DnsExtendedError.Blocked;
        Span<byte> reply = stackalloc byte[ReplyWriter.MaxSize];
        Reply(query, reply[..ReplyWriter.WriteDenial(reply, query, code, error, Explain(query))]);
        Report(query, verdict, code);
    }

    /// <summary>NODATA for an allowed question, since nothing of its answer can be passed on.</summary>
    internal void Filter(Query query)
    {
        Span<byte> reply = stackalloc byte[ReplyWriter.MaxSize];
        int length = ReplyWriter.WriteDenial(reply, query, DnsResponseCode.NoError, DnsExtendedError.Filtered, "no usable service binding");
        Reply(query, reply[..length]);
        Report(query, query.Verdict, DnsResponseCode.NoError);
    }

    /// <summary>This host's loopback address.</summary>
    internal void AnswerLocalhost(Query query)
    {
        Span<byte> reply = stackalloc byte[ReplyWriter.MaxSize];
        Reply(query, reply[..ReplyWriter.WriteLocalhost(reply, query)]);
        Report(query, query.Verdict, DnsResponseCode.NoError);
    }

    /// <summary>An error that the policy has no part in; the verdict stays what it was.</summary>
    internal void Fail(Query query, DecisionReason reason, DnsExtendedError error, string text)
    {
        ReplyError(query, DnsResponseCode.ServerFailure, error, text);
        Report(query, query.Verdict with { Reason = reason }, DnsResponseCode.ServerFailure);
    }

    /// <summary>An error in place of an answer or of a verdict.</summary>
    internal void Refuse(Query query, DnsResponseCode code, DecisionReason reason)
    {
        ReplyError(query, code);
        Report(query, new QueryVerdict(QueryVerdictKind.DenyName, reason, query.Verdict.RuleIndex, default), code);
    }

    /// <summary>An answer.</summary>
    internal void Answer(Query query, ReadOnlySpan<byte> message, QueryVerdict verdict, DnsResponseCode code, List<IPAddress> addresses)
    {
        Reply(query, message);
        Report(query, verdict, code, addresses);
    }

    /// <summary>Tells the observer, and takes the query back.</summary>
    internal void Report(Query query, QueryVerdict verdict, DnsResponseCode code, List<IPAddress>? addresses = null)
    {
        Count(query, verdict);
        DnsDecision decision = new()
        {
            Name = DnsNameText.Format(query.Name),
            QueryType = (ushort)query.Type,
            TransactionId = query.Id,
            Protocol = query.Sink.Protocol,
            Verdict = verdict.IsAllowed ? Verdict.Allow : Verdict.Deny,
            Reason = verdict.Reason,
            RuleIndex = verdict.RuleIndex,
            Limit = verdict.Limit,
            Policy = query.Policy?.Source,
            Client = query.Flow,
            ResponseCode = (int)code,
            Addresses = addresses is null ? [] : [.. addresses],
        };
        Release(query);
        try
        {
            observer.OnDecision(decision);
        }
        catch (Exception)
        {
            ProxyCounters.Count(ref counters.Faults);
        }
    }

    private static string Explain(Query query) => query.Verdict switch
    {
        { Reason: DecisionReason.Rebinding } => "a public name answered with a private address",
        { Reason: DecisionReason.QueryType } => "this query type is not answered",
        { Reason: DecisionReason.BudgetNames, Limit: { } limit } => $"limit {limit}",
        { Reason: DecisionReason.BlockAll } => "everything is blocked",
        { Reason: DecisionReason.MalformedQuery } => "not the reverse name of an address",
        { RuleIndex: >= 0 } verdict => $"rule {query.Policy!.RuleId(verdict.RuleIndex)}",
        { Reason: DecisionReason.NotInAllowList } => "not in the allow-list",
        _ => "denied unless a rule names it",
    };

    private void ReplyError(Query query, DnsResponseCode code, DnsExtendedError? error = null, string text = "")
    {
        Span<byte> reply = stackalloc byte[ReplyWriter.MaxSize];
        Reply(query, reply[..ReplyWriter.WriteError(reply, query, code, error, text)]);
    }

    private void Reply(Query query, ReadOnlySpan<byte> message)
    {
        // Whoever was inside when the gate was closed ends its work without a reply.
        if (gate.IsClosed)
        {
            query.Sink.Abandon(query);
            return;
        }

        query.Sink.Reply(query, message);
    }

    private void Count(Query query, QueryVerdict verdict)
    {
        if (verdict.Reason == DecisionReason.UnknownClient)
        {
            ProxyCounters.Count(ref counters.UnknownClients);
        }
        else if (query.Policy is null)
        {
            // Never judged: it was no plain question.
            ProxyCounters.Count(ref counters.Malformed);
        }
        else
        {
            ProxyCounters.Count(ref verdict.IsAllowed ? ref counters.Allowed : ref counters.Denied);
        }
    }

    private void Release(Query query)
    {
        if (query.IsPending)
        {
            Interlocked.Decrement(ref _pending);
        }

        _pool.Return(query);
    }
}

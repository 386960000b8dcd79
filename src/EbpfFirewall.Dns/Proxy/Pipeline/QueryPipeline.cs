using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Wire;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>
/// The way of a query. A name becomes reachability in this order, and the order is the guarantee:
/// <code>
///   (1) parse the query: one plain question, or an error
///   (2) find the client: whoever was not sent here by the firewall is refused
///   (3) ask the policy: a denied question never leaves this host
///   (4) ask an upstream: a query built anew
/// </code>
/// <see cref="AnswerJudge"/> continues with (5) to (11).
/// </summary>
internal sealed class QueryPipeline : IUpstreamHandler
{
    private readonly DnsProxyHost _host;
    private readonly ProxyCounters _counters;
    private readonly NameJudge _names;
    private readonly AnswerJudge _answers;
    private readonly QueryPool _pool = new();
    private INamePolicy _policy;
    private int _pending;
    private bool _stopped;

    internal QueryPipeline(DnsProxyHost host, INamePolicy policy, DnsProxyOptions options, ProxyCounters counters)
    {
        _host = host;
        _policy = policy;
        _counters = counters;
        Options = options;
        Clock = new ProxyClock(options.TimeProvider);
        DerivedNames derived = new(options.MaxDerivedNames, counters);
        _names = new NameJudge(options, derived);
        _answers = new AnswerJudge(host.Grants, derived, options, Clock, counters);
        Upstreams = new UpstreamPool(options, Clock, counters, this);
    }

    internal DnsProxyOptions Options { get; }

    internal ProxyClock Clock { get; }

    internal UpstreamPool Upstreams { get; }

    /// <summary>Called when there is something to watch over.</summary>
    internal Action Wake { get; set; } = static () => { };

    internal bool HasPending => Volatile.Read(ref _pending) > 0;

    internal void UsePolicy(INamePolicy policy) => Volatile.Write(ref _policy, policy);

    /// <summary>From here on nothing is answered.</summary>
    internal void Stop() => Volatile.Write(ref _stopped, true);

    internal void CountMalformed()
    {
        ProxyCounters.Count(ref _counters.Queries);
        ProxyCounters.Count(ref _counters.Malformed);
    }

    internal void CountTcpClosed() => ProxyCounters.Count(ref _counters.TcpClosed);

    internal void CountFault() => ProxyCounters.Count(ref _counters.Faults);

    internal Query Rent(IReplySink sink)
    {
        Query query = _pool.Rent();
        query.Sink = sink;
        return query;
    }

    /// <summary>Steps (1) to (4) for one message of a client. Takes the query over.</summary>
    internal void Accept(Query query, ReadOnlySpan<byte> message)
    {
        if (Volatile.Read(ref _stopped))
        {
            Drop(query);
            return;
        }

        // (1)
        ProxyCounters.Count(ref _counters.Queries);
        QueryForm form = QueryParser.Parse(message, query);
        if (form == QueryForm.NotAQuery)
        {
            ProxyCounters.Count(ref _counters.Malformed);
            Drop(query);
            return;
        }

        // (2) Over TCP the connection was identified before anything was read.
        if (query.Sink.Protocol == TransportProtocols.Udp && !TryIdentifyDatagram(query))
        {
            ReplyError(query, DnsResponseCode.Refused);
            Finish(query, Verdict.Deny, DecisionReason.UnknownClient, -1, DnsResponseCode.Refused, []);
            return;
        }

        if (form != QueryForm.Question)
        {
            Refuse(query, form);
            return;
        }

        // (3)
        INamePolicy policy = Volatile.Read(ref _policy);
        query.Policy = policy;
        query.Verdict = _names.Judge(policy, query, Clock.Now);
        bool observes = policy.Mode is PolicyMode.Observe;
        if (query.Verdict.Kind == QueryVerdictKind.Localhost)
        {
            Span<byte> reply = stackalloc byte[ReplyWriter.MaxSize];
            Reply(query, reply[..ReplyWriter.WriteLocalhost(reply, query)]);
            Finish(query, query.Verdict, DnsResponseCode.NoError);
            return;
        }

        if (!query.Verdict.IsAllowed && !observes)
        {
            ReplyDenial(query);
            return;
        }

        // (4)
        if (Interlocked.Increment(ref _pending) > Options.MaxPendingQueries)
        {
            Interlocked.Decrement(ref _pending);
            ProxyCounters.Count(ref _counters.Overloaded);
            ReplyError(query, DnsResponseCode.ServerFailure);
            Finish(query, query.Verdict with { Reason = DecisionReason.UpstreamTimeout }, DnsResponseCode.ServerFailure);
            return;
        }

        query.IsPending = true;
        Wake();
        Upstreams.Send(query);
    }

    /// <summary>Finds the sender of a connection.</summary>
    internal bool TryIdentifyConnection(Socket socket, out ClientFlow flow)
    {
        flow = default;
        IPEndPoint? client = null;
        try
        {
            client = socket.RemoteEndPoint as IPEndPoint;
            if (client is not null && _host.Identity.TryIdentify(TransportProtocols.Tcp, client, out flow))
            {
                return true;
            }
        }
        catch (SocketException)
        {
            // Gone already.
        }
        catch (Exception)
        {
            CountFault();
        }

        Query query = Rent(NoSink.Tcp);
        query.Flow = UnknownFlow(socket.LocalEndPoint as IPEndPoint);
        Finish(query, Verdict.Deny, DecisionReason.UnknownClient, -1, DnsResponseCode.Refused, []);
        return false;
    }

    /// <inheritdoc/>
    public void OnAnswer(Query query, ReadOnlySpan<byte> message, Span<byte> scratch, bool overTcp)
    {
        if (Volatile.Read(ref _stopped))
        {
            Drop(query);
            return;
        }

        AnswerResult result = _answers.Judge(query, message, scratch, overTcp);
        switch (result.Kind)
        {
            case AnswerKind.Truncated:
                Upstreams.SendOverTcp(query);
                return;
            case AnswerKind.WithoutEdns:
                Upstreams.SendPlain(query);
                return;
            case AnswerKind.Malformed:
                Upstreams.FailMalformed(query);
                return;
            case AnswerKind.Denied:
                query.Verdict = result.Verdict;
                ReplyDenial(query);
                return;
            case AnswerKind.GrantFailed:
                ReplyError(query, DnsResponseCode.ServerFailure);
                Finish(query, Verdict.Deny, DecisionReason.GrantFailed, result.Verdict.RuleIndex, DnsResponseCode.ServerFailure, []);
                return;
            case AnswerKind.Filtered:
                ReplyFiltered(query);
                return;
            default:
                // (10) Only now can the client know an address, and the kernel knows it already.
                Reply(query, scratch[..result.Length]);

                // (11)
                Verdict verdict = result.Verdict.IsAllowed ? Verdict.Allow : Verdict.Deny;
                Finish(query, verdict, result.Verdict.Reason, result.Verdict.RuleIndex, result.Code, result.Addresses);
                return;
        }
    }

    /// <inheritdoc/>
    public void OnGivenUp(Query query)
    {
        bool malformed = query.FailureReason == DecisionReason.UpstreamMalformed;
        ProxyCounters.Count(ref malformed ? ref _counters.UpstreamMalformed : ref _counters.Timeouts);
        ReplyError(
            query,
            DnsResponseCode.ServerFailure,
            malformed ? DnsExtendedError.Other : DnsExtendedError.NoReachableAuthority,
            malformed ? "malformed upstream answer" : "no upstream answered");
        Finish(query, query.Verdict with { Reason = query.FailureReason }, DnsResponseCode.ServerFailure);
    }

    private static ClientFlow UnknownFlow(IPEndPoint? local) =>
        new(ProcessIdentity.Unknown, Attribution.Unknown, local ?? new IPEndPoint(IPAddress.None, 0));

    private bool TryIdentifyDatagram(Query query)
    {
        IPEndPoint client = (IPEndPoint)new IPEndPoint(IPAddress.Any, 0).Create(query.ClientAddress);
        try
        {
            if (_host.Identity.TryIdentify(TransportProtocols.Udp, client, out ClientFlow flow))
            {
                query.Flow = flow;
                return true;
            }
        }
        catch (Exception)
        {
            CountFault();
        }

        query.Flow = UnknownFlow(null);
        return false;
    }

    private void Refuse(Query query, QueryForm form)
    {
        DnsResponseCode code = form switch
        {
            QueryForm.UnknownOpcode => DnsResponseCode.NotImplemented,
            QueryForm.UnknownEdnsVersion => DnsResponseCode.BadVersion,
            QueryForm.ForeignClass => DnsResponseCode.Refused,
            _ => DnsResponseCode.FormatError,
        };
        ProxyCounters.Count(ref _counters.Malformed);
        ReplyError(query, code);
        Finish(query, Verdict.Deny, DecisionReason.MalformedQuery, -1, code, []);
    }

    private void ReplyDenial(Query query)
    {
        QueryVerdict verdict = query.Verdict;
        DnsResponseCode code = verdict.Kind == QueryVerdictKind.DenyName ? DnsResponseCode.NameError : DnsResponseCode.NoError;
        DnsExtendedError error = verdict.Kind == QueryVerdictKind.DenyType ? DnsExtendedError.Filtered : DnsExtendedError.Blocked;
        Span<byte> reply = stackalloc byte[ReplyWriter.MaxSize];
        Reply(query, reply[..ReplyWriter.WriteDenial(reply, query, code, error, Explain(query, verdict))]);
        Finish(query, verdict, code);
    }

    private void ReplyFiltered(Query query)
    {
        Span<byte> reply = stackalloc byte[ReplyWriter.MaxSize];
        int length = ReplyWriter.WriteDenial(reply, query, DnsResponseCode.NoError, DnsExtendedError.Filtered, "no usable service binding");
        Reply(query, reply[..length]);
        Finish(query, query.Verdict, DnsResponseCode.NoError);
    }

    private void ReplyError(Query query, DnsResponseCode code, DnsExtendedError? error = null, string text = "")
    {
        Span<byte> reply = stackalloc byte[ReplyWriter.MaxSize];
        Reply(query, reply[..ReplyWriter.WriteError(reply, query, code, error, text)]);
    }

    private void Reply(Query query, ReadOnlySpan<byte> message)
    {
        if (Volatile.Read(ref _stopped))
        {
            query.Sink.Abandon(query);
            return;
        }

        query.Sink.Reply(query, message);
    }

    private void Drop(Query query)
    {
        query.Sink.Abandon(query);
        Release(query);
    }

    private void Finish(Query query, QueryVerdict verdict, DnsResponseCode code) =>
        Finish(query, verdict.IsAllowed ? Verdict.Allow : Verdict.Deny, verdict.Reason, verdict.RuleIndex, code, []);

    private void Finish(Query query, Verdict verdict, DecisionReason reason, int ruleIndex, DnsResponseCode code, List<IPAddress> addresses)
    {
        if (reason == DecisionReason.UnknownClient)
        {
            ProxyCounters.Count(ref _counters.UnknownClients);
        }
        else if (reason != DecisionReason.MalformedQuery || ruleIndex >= 0)
        {
            ProxyCounters.Count(ref verdict == Verdict.Allow ? ref _counters.Allowed : ref _counters.Denied);
        }

        DnsDecision decision = new()
        {
            Name = DnsNameText.Format(query.Name),
            QueryType = (ushort)query.Type,
            TransactionId = query.Id,
            Protocol = query.Sink.Protocol,
            Verdict = verdict,
            Reason = reason,
            RuleIndex = ruleIndex,
            Client = query.Flow,
            ResponseCode = (int)code,
            Addresses = [.. addresses],
        };
        Release(query);
        try
        {
            _host.Observer.OnDecision(decision);
        }
        catch (Exception)
        {
            CountFault();
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

    private static string Explain(Query query, QueryVerdict verdict) => verdict.Reason switch
    {
        DecisionReason.Rebinding => "a public name answered with a private address",
        DecisionReason.QueryType => "this query type is not answered",
        DecisionReason.BlockAll => "everything is blocked",
        _ when verdict.RuleIndex >= 0 => $"rule {query.Policy!.RuleId(verdict.RuleIndex)}",
        DecisionReason.NotInAllowList => "not in the allow-list",
        _ => "denied by default",
    };
}

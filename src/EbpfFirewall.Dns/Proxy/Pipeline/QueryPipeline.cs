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
///   (3) ask the policy: a denied question never leaves this host, but for a lesson: a deny-list learns which addresses to close
///   (4) ask an upstream: a query built anew
/// </code>
/// <see cref="AnswerJudge"/> goes on from there with (5) to (9); the last two are here again:
/// <code>
///  (10) reply             &lt;- a connect() can race us only from here
///  (11) report
/// </code>
/// </summary>
internal sealed class QueryPipeline : IUpstreamHandler
{
    private readonly ClientFinder _clients;
    private readonly ProxyCounters _counters;
    private readonly NameJudge _names;
    private readonly AnswerJudge _answers;
    private readonly QueryCompletion _completion;
    private readonly WorkGate _gate = new();
    private INamePolicy _policy;

    internal QueryPipeline(DnsProxyHost host, INamePolicy policy, DnsProxyOptions options, ProxyCounters counters)
    {
        _clients = new ClientFinder(host.Identity, counters);
        _policy = policy;
        _counters = counters;
        Options = options;
        Clock = new ProxyClock(options.TimeProvider);
        DerivedNames derived = new(options.MaxDerivedNames, counters);
        _names = new NameJudge(options, derived);
        _answers = new AnswerJudge(host.Grants, derived, options, Clock, counters);
        _completion = new QueryCompletion(host.Observer, counters, _gate);
        Upstreams = new UpstreamPool(options, Clock, counters, this);
    }

    internal DnsProxyOptions Options { get; }

    internal ProxyClock Clock { get; }

    internal UpstreamPool Upstreams { get; }

    /// <summary>Called when there is something to watch over.</summary>
    internal Action Wake { get; set; } = static () => { };

    internal bool HasPending => _completion.HasPending;

    internal void UsePolicy(INamePolicy policy) => Volatile.Write(ref _policy, policy);

    /// <summary>From here on nothing is answered.</summary>
    internal void Stop() => _gate.Close();

    /// <summary>Done when no callback of the host runs any more, nor will.</summary>
    internal Task WhenStoppedAsync() => _gate.WhenEmptyAsync();

    internal void CountMalformed()
    {
        ProxyCounters.Count(ref _counters.Queries);
        ProxyCounters.Count(ref _counters.Malformed);
    }

    internal void CountTcpClosed() => ProxyCounters.Count(ref _counters.TcpClosed);

    internal void CountFault() => ProxyCounters.Count(ref _counters.Faults);

    internal Query Rent(IReplySink sink) => _completion.Rent(sink);

    /// <summary>Steps (1) to (4) for one message of a client. Takes the query over.</summary>
    internal void Accept(Query query, ReadOnlySpan<byte> message)
    {
        if (!_gate.TryEnter())
        {
            _completion.Drop(query);
            return;
        }

        try
        {
            Decide(query, message);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Finds the sender of a connection; one that is not known is reported.</summary>
    internal bool TryIdentify(Socket connection, out ClientFlow flow)
    {
        flow = default;
        if (!_gate.TryEnter())
        {
            return false;
        }

        try
        {
            if (_clients.TryFind(connection, out flow))
            {
                return true;
            }

            Query query = Rent(NoSink.Tcp);
            query.Flow = flow;
            _completion.Refuse(query, DnsResponseCode.Refused, DecisionReason.UnknownClient);
            return false;
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <inheritdoc/>
    public void OnAnswer(Query query, ReadOnlySpan<byte> message, bool overTcp)
    {
        if (!_gate.TryEnter())
        {
            _completion.Drop(query);
            return;
        }

        try
        {
            Take(query, message, overTcp);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <inheritdoc/>
    public void OnGivenUp(Query query)
    {
        if (!_gate.TryEnter())
        {
            _completion.Drop(query);
            return;
        }

        try
        {
            GiveUp(query);
        }
        finally
        {
            _gate.Leave();
        }
    }

    private static DnsResponseCode CodeFor(QueryForm form) => form switch
    {
        QueryForm.UnknownOpcode => DnsResponseCode.NotImplemented,
        QueryForm.UnknownEdnsVersion => DnsResponseCode.BadVersion,
        QueryForm.ForeignClass => DnsResponseCode.Refused,
        _ => DnsResponseCode.FormatError,
    };

    private void Decide(Query query, ReadOnlySpan<byte> message)
    {
        // (1)
        ProxyCounters.Count(ref _counters.Queries);
        QueryForm form = QueryParser.Parse(message, query);
        if (form == QueryForm.NotAQuery)
        {
            ProxyCounters.Count(ref _counters.Malformed);
            _completion.Drop(query);
            return;
        }

        // (2) Over TCP the connection was identified before anything was read.
        if (query.Sink.Protocol == TransportProtocols.Udp)
        {
            bool known = _clients.TryFind(query.ClientAddress, out ClientFlow flow);
            query.Flow = flow;
            if (!known)
            {
                _completion.Refuse(query, DnsResponseCode.Refused, DecisionReason.UnknownClient);
                return;
            }
        }

        if (form != QueryForm.Question)
        {
            _completion.Refuse(query, CodeFor(form), DecisionReason.MalformedQuery);
            return;
        }

        // (3)
        INamePolicy policy = Volatile.Read(ref _policy);
        query.Policy = policy;
        query.Verdict = _names.Judge(policy, query, Clock.Now);
        if (query.Verdict.Kind == QueryVerdictKind.Localhost)
        {
            _completion.AnswerLocalhost(query);
            return;
        }

        query.IsLesson = !query.Verdict.IsAllowed && policy.Mode != PolicyMode.Observe;
        if (query.IsLesson && !Teaches(policy, query))
        {
            _completion.Deny(query);
            return;
        }

        // (4)
        if (!_completion.TryWait(query, Options.MaxPendingQueries))
        {
            ProxyCounters.Count(ref _counters.Overloaded);
            if (query.IsLesson)
            {
                _completion.Deny(query);
                return;
            }

            _completion.Fail(query, DecisionReason.UpstreamTimeout, DnsExtendedError.Other, "too many queries at once");
            return;
        }

        Wake();
        Upstreams.Send(query);
    }

    /// <summary>Whether a denied name is looked up: a deny-list closes its addresses, and its host may want it answered.</summary>
    private bool Teaches(INamePolicy policy, Query query)
    {
        bool isByPolicy = query.Verdict.Reason == DecisionReason.NotInAllowList
            || (query.Verdict.Reason == DecisionReason.NameDenied && query.Verdict.RuleIndex >= 0);
        return isByPolicy
            && (Options.AnswerDeniedNames
                ? !QueryTypes.IsRefused(query.Type)
                : policy.Mode == PolicyMode.DenyList && query.Type is DnsType.A or DnsType.Aaaa);
    }

    private void Take(Query query, ReadOnlySpan<byte> message, bool overTcp)
    {
        Span<byte> reply = ReplyBuffer.OfThisThread;
        AnswerResult result = _answers.Judge(query, message, reply, overTcp);
        switch (result.Kind)
        {
            case AnswerKind.Truncated:
                Upstreams.SendOverTcp(query);
                break;
            case AnswerKind.WithoutEdns:
                Upstreams.SendPlain(query);
                break;
            case AnswerKind.Denied:
                query.Verdict = result.Verdict;
                _completion.Deny(query);
                break;
            case AnswerKind.GrantFailed:
                _completion.Refuse(query, DnsResponseCode.ServerFailure, DecisionReason.GrantFailed);
                break;
            case AnswerKind.Filtered:
                _completion.Filter(query);
                break;
            case AnswerKind.Reply:
                // (10) Only now can the client know an address, and the kernel knows it already. (11)
                _completion.Answer(query, reply[..result.Length], result.Verdict, result.Code, result.Addresses);
                break;
            default:
                Upstreams.FailMalformed(query);
                break;
        }
    }

    private void GiveUp(Query query)
    {
        if (query.IsLesson)
        {
            _completion.Deny(query);
        }
        else if (query.FailureReason == DecisionReason.UpstreamMalformed)
        {
            ProxyCounters.Count(ref _counters.UpstreamMalformed);
            _completion.Fail(query, query.FailureReason, DnsExtendedError.Other, "malformed upstream answer");
        }
        else
        {
            ProxyCounters.Count(ref _counters.Timeouts);
            _completion.Fail(query, query.FailureReason, DnsExtendedError.NoReachableAuthority, "no upstream answered");
        }
    }
}

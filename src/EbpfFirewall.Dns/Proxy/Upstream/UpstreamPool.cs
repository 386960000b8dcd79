using System.Collections.Immutable;
using System.Net;
using EbpfFirewall.Decisions;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Sends queries upstream until one is answered or its time is over.</summary>
internal sealed class UpstreamPool : IDisposable
{
    private readonly UpstreamContext _context;
    private readonly UpstreamSource _source;
    private readonly UpstreamTcp _tcp;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _sweepLock = new();
    private readonly List<Query> _expired = [];

    /// <exception cref="EgressFirewallException">There is no upstream (<see cref="ErrorCodes.DnsNoUpstream"/>).</exception>
    internal UpstreamPool(DnsProxyOptions options, ProxyClock clock, ProxyCounters counters, IUpstreamHandler handler)
    {
        _context = new UpstreamContext(options, clock, counters, new RandomIds(), handler, FailAtOnce);
        _source = new UpstreamSource(_context);
        _tcp = new UpstreamTcp(_context, _stopping.Token);
    }

    internal ImmutableArray<IPEndPoint> EndPoints => [.. _source.Current.Servers.Select(server => server.EndPoint)];

    /// <summary>Takes a new query over.</summary>
    internal void Send(Query query)
    {
        query.Deadline = _context.Clock.Now + _context.Clock.Ticks(_context.Options.QueryTimeout);
        query.FailureReason = DecisionReason.UpstreamTimeout;
        Attempt(query);
    }

    /// <summary>Takes over a query whose server understands it only without OPT.</summary>
    internal void SendPlain(Query query)
    {
        query.Server?.AvoidEdns();
        query.AvoidEdns = true;
        ProxyCounters.Count(ref _context.Counters.UpstreamRetries);
        if (query.Server?.TrySend(query) != true)
        {
            FailAtOnce(query);
        }
    }

    /// <summary>Takes over a query whose answer was truncated.</summary>
    internal void SendOverTcp(Query query)
    {
        ProxyCounters.Count(ref _context.Counters.UpstreamTcp);
        _tcp.Start(query);
    }

    /// <summary>Takes over a query whose server answered with something unusable: every other server gets one chance.</summary>
    internal void FailMalformed(Query query)
    {
        query.FailureReason = DecisionReason.UpstreamMalformed;
        if (++query.Failures < _source.Current.Servers.Length)
        {
            Repeat(query);
        }
        else
        {
            _context.Handler.OnGivenUp(query);
        }
    }

    /// <summary>Gives what has waited too long to the next server, or gives it up.</summary>
    internal void Sweep(long now)
    {
        lock (_sweepLock)
        {
            _expired.Clear();
            _source.TakeExpired(now, _expired);
            foreach (Query query in _expired)
            {
                query.FailureReason = DecisionReason.UpstreamTimeout;
                Repeat(query);
            }
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _source.Dispose();
        _tcp.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Takes over a query that its server did not even wait for; without a bound this could go round in circles.</summary>
    private void FailAtOnce(Query query)
    {
        query.Failures++;
        Repeat(query);
    }

    private void Repeat(Query query)
    {
        if (query.Server is { } server)
        {
            _source.Current.Demote(server);
        }

        ProxyCounters.Count(ref _context.Counters.UpstreamRetries);
        Attempt(query);
    }

    /// <summary>Timeouts are bounded by the query's deadline, failures at once by their number: two for each server.</summary>
    private void Attempt(Query query)
    {
        UpstreamSet set = _source.Refresh();
        UpstreamServer? failed = query.Server;
        while (query.Failures < 2 * set.Servers.Length)
        {
            long now = _context.Clock.Now;
            UpstreamServer? server = set.Next(failed);
            if (server is null || now >= query.Deadline)
            {
                break;
            }

            query.AttemptDeadline = Math.Min(query.Deadline, now + _context.Clock.Ticks(_context.Options.AttemptTimeout));
            if (server.TrySend(query))
            {
                return;
            }

            query.Failures++;
            set.Demote(server);
            failed = server;
        }

        _context.Handler.OnGivenUp(query);
    }
}

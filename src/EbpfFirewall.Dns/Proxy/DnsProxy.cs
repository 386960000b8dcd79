using System.Collections.Immutable;
using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>
/// The resolver of one attachment: answers the queries that the firewall sends it, by policy, and opens the addresses of
/// each answer before the client learns them.
/// </summary>
/// <remarks>Safe for concurrent use. Disposing it stops all answers; what waits is dropped.</remarks>
public sealed class DnsProxy : IAsyncDisposable
{
    private readonly ProxyCounters _counters;
    private readonly QueryPipeline _pipeline;
    private readonly ListenerPair _v4;
    private readonly ListenerPair? _v6;
    private readonly TcpClientsLimit _tcpLimit;
    private readonly ProxySweeper _sweeper;
    private readonly Task _running;
    private int _disposed;

    private DnsProxy(QueryPipeline pipeline, ProxyCounters counters, TcpClientsLimit tcpLimit, ListenerPair v4, ListenerPair? v6)
    {
        _pipeline = pipeline;
        _counters = counters;
        _tcpLimit = tcpLimit;
        _v4 = v4;
        _v6 = v6;
        _sweeper = new ProxySweeper(pipeline.Options.TimeProvider, Sweep);
        pipeline.Wake = _sweeper.Wake;
        _running = Task.WhenAll(v4.RunAsync(), v6?.RunAsync() ?? Task.CompletedTask);
    }

    /// <summary>Where clients are to be sent over IPv4: UDP and TCP on the same port.</summary>
    public IPEndPoint IPv4EndPoint => _v4.EndPoint;

    /// <summary>Where clients are to be sent over IPv6; null where there is no IPv6 loopback.</summary>
    public IPEndPoint? IPv6EndPoint => _v6?.EndPoint;

    /// <summary>The name servers that are asked at present.</summary>
    public ImmutableArray<IPEndPoint> Upstreams => _pipeline.Upstreams.EndPoints;

    /// <summary>What was done so far.</summary>
    public DnsProxyCounters Counters => _counters.Snapshot();

    /// <summary>Opens the listeners and starts to answer.</summary>
    /// <param name="host">What the proxy reaches the rest of the product through.</param>
    /// <param name="policy">What is allowed. <see cref="PolicyMode.Disabled"/> needs no proxy and is refused.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the start, not the proxy.</param>
    /// <exception cref="EgressFirewallException">
    /// There is no upstream (<see cref="ErrorCodes.DnsNoUpstream"/>), or no listener could be opened (<see cref="ErrorCodes.DnsListenerFailed"/>).
    /// </exception>
    public static Task<DnsProxy> StartAsync(
        DnsProxyHost host, CompiledPolicy policy, DnsProxyOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return StartAsync(host, new CompiledNamePolicy(policy), options, cancellationToken);
    }

    /// <summary>Judges all queries that come from now on by another policy. Grants that were made stay; they are the host's.</summary>
    /// <exception cref="ArgumentException">The mode is <see cref="PolicyMode.Disabled"/>: dispose the proxy instead.</exception>
    public void UsePolicy(CompiledPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        UsePolicy(new CompiledNamePolicy(policy));
    }

    /// <summary>
    /// Stops at once: closes the listeners, answers nothing further. When it is done no callback of the host runs any more, so
    /// it must not be awaited from within one.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _pipeline.Stop();
        _v4.Dispose();
        _v6?.Dispose();
        _sweeper.Dispose();
        _pipeline.Upstreams.Dispose();
        await _running.ConfigureAwait(false);
        await _pipeline.WhenStoppedAsync().ConfigureAwait(false);
    }

    internal static Task<DnsProxy> StartAsync(
        DnsProxyHost host, INamePolicy policy, DnsProxyOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        ThrowIfDisabled(policy);
        options ??= new DnsProxyOptions();
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();

        ProxyCounters counters = new();
        QueryPipeline pipeline = new(host, policy, options, counters);
        ListenerPair? v4 = null;
        try
        {
            TcpClientsLimit limit = new(options.MaxTcpConnections);
            v4 = ListenerPair.Open(host.Listeners, IPAddress.Loopback, pipeline, limit);
            ListenerPair? v6 = ListenerPair.OpenIfAvailable(host.Listeners, IPAddress.IPv6Loopback, pipeline, limit);
            return Task.FromResult(new DnsProxy(pipeline, counters, limit, v4, v6));
        }
        catch
        {
            v4?.Dispose();
            pipeline.Upstreams.Dispose();
            throw;
        }
    }

    internal void UsePolicy(INamePolicy policy)
    {
        ThrowIfDisabled(policy);
        _pipeline.UsePolicy(policy);
    }

    private static void ThrowIfDisabled(INamePolicy policy)
    {
        if (policy.Mode == PolicyMode.Disabled)
        {
            throw new ArgumentException("A policy that decides nothing needs no proxy.", nameof(policy));
        }
    }

    private bool Sweep()
    {
        try
        {
            long now = _pipeline.Clock.Now;
            _pipeline.Upstreams.Sweep(now);
            _v4.Sweep(now);
            _v6?.Sweep(now);
        }
        catch (Exception)
        {
            // Not expected of our own code, and no reason for a timer to take the process down.
            _pipeline.CountFault();
        }

        return _pipeline.HasPending || _tcpLimit.Count > 0;
    }
}

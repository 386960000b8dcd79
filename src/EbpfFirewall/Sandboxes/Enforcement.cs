using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;
using Microsoft.Extensions.Logging;

namespace EbpfFirewall.Sandboxes;

/// <summary>What enforces the policy of one sandbox: the kernel side, the DNS proxy that feeds it, and the reader of its events.</summary>
internal sealed class Enforcement : IAsyncDisposable
{
    private readonly string _sandbox;
    private readonly ILogger _logger;
    private readonly DnsProxy _proxy;
    private readonly KernelAttachment _kernel;
    private readonly ProcessTable _processes;
    private readonly RedirectTable _redirects;
    private readonly AddressGrants _grants;
    private readonly KernelEvents _events;
    private readonly DnsDecisionReporter _dnsReporter;
    private readonly RuleNumbers _rules;
    private readonly Lock _applying = new();
    private volatile CompiledPolicy _policy;
    private long _lastDecisions = -1;
    private long _toldEventsDropped;
    private long _toldTableFull;
    private SandboxStatistics _final;

    private Enforcement(
        string sandbox,
        PolicyImage image,
        RuleNumbers rules,
        FirewallOptions options,
        DecisionHub hub,
        ProxyConnection connection,
        DnsProxy proxy,
        KernelAttachment kernel)
    {
        _sandbox = sandbox;
        _logger = options.LoggerFactory.CreateLogger<Enforcement>();
        _proxy = proxy;
        _kernel = kernel;
        _processes = new ProcessTable(kernel.Processes);
        _redirects = new RedirectTable(kernel.Redirects, _processes);
        _rules = rules;
        _policy = image.Policy;
        KernelTicks ticks = KernelTicks.OfHost;
        _grants = new AddressGrants(kernel, image, static () => BootClock.NowNs, () => ticks.Now, ticks.Of);

        var reader = new KernelEventReader(sandbox, kernel.Policies, rules, _processes, _grants, new BootClock(TimeProvider.System));
        _events = new KernelEvents(kernel, reader, hub, sandbox);
        var dnsReader = new DnsDecisionReader(sandbox, () => _policy.Policy, TimeProvider.System);
        _dnsReporter = new DnsDecisionReporter(dnsReader, hub, options.ReportAllowed, TimeProvider.System);
        connection.Join(_redirects, _grants, _dnsReporter.OnDecision);
    }

    /// <summary>Puts the policy in force on an empty cgroup.</summary>
    /// <exception cref="EgressFirewallException">The kernel refused, or the proxy could not start; nothing is left behind.</exception>
    public static async Task<Enforcement> StartAsync(
        string sandbox,
        CompiledPolicy policy,
        FirewallOptions options,
        DecisionHub hub,
        string cgroupPath,
        SandboxId id,
        CancellationToken cancellationToken)
    {
        var connection = new ProxyConnection();
        var host = new DnsProxyHost(new LoopbackListenerFactory(), connection, connection, connection);
        DnsProxy proxy = await DnsProxy.StartAsync(
            host, policy, new DnsProxyOptions { Upstreams = options.DnsUpstreams }, cancellationToken).ConfigureAwait(false);
        KernelAttachment? kernel = null;
        try
        {
            RuleNumbers rules = new();
            RuleNumbering numbering = rules.Prepare(policy.Policy);
            rules.Commit(numbering);
            PolicyImage image = PolicyImage.Create(policy, numbering.ByIndex);
            kernel = KernelAttachment.Create(image, Constants(options, proxy), cgroupPath, PinFolder.Create(id));
            return new Enforcement(sandbox, image, rules, options, hub, connection, proxy, kernel);
        }
        catch
        {
            kernel?.Dispose();
            await proxy.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Replaces the policy in one step, live connections included. When it returns, nothing is judged by the policy before any more.
    /// </summary>
    /// <param name="policy">The new policy.</param>
    /// <param name="processes">Lists the processes of the sandbox.</param>
    /// <exception cref="EgressFirewallException">The kernel refused; the policy before stays in force.</exception>
    public void Apply(CompiledPolicy policy, Func<IReadOnlySet<int>> processes)
    {
        lock (_applying)
        {
            RuleNumbering numbering = _rules.Prepare(policy.Policy);
            foreach (int number in numbering.Fresh)
            {
                _kernel.Traffic.Reset(TrafficCounters.SlotOf(number));
            }

            // The kernel first: until the proxy follows, a name that only the new policy knows is denied.
            _grants.Use(PolicyImage.Create(policy, numbering.ByIndex));
            _rules.Commit(numbering);
            _policy = policy;
            _proxy.UsePolicy(policy);
            GracePeriod.Wait();
            EndFlows(processes());
        }
    }

    /// <summary>What has been counted; after the end, what had been.</summary>
    public SandboxStatistics ReadStatistics(long readerDrops)
    {
        SandboxStatistics statistics;
        try
        {
            statistics = ReadStatistics();
        }
        catch (ObjectDisposedException)
        {
            statistics = _final;
        }

        return statistics with { EventsDropped = statistics.EventsDropped + readerDrops };
    }

    /// <summary>What went by; nothing is stopped for it.</summary>
    public SandboxTraffic ReadTraffic() => TrafficReader.Read(_kernel.Traffic, _policy.Policy, _rules);

    /// <summary>Removes from the kernel's tables what is over. Looks only when something has happened since.</summary>
    /// <param name="processes">Lists the processes of the sandbox.</param>
    public void RemoveEnded(Func<IReadOnlySet<int>> processes)
    {
        if (_grants.TakeEnded())
        {
            EndFlows(processes());
        }

        long decisions = _proxy.Counters.Queries + _kernel.Count(KernelCounter.Denied) + _kernel.Count(KernelCounter.Allowed);
        if (decisions == _lastDecisions)
        {
            return;
        }

        _lastDecisions = decisions;
        _redirects.RemoveEnded(BootClock.NowNs);
        _grants.RemoveExpired();
        _processes.RemoveDead(processes());
        TellLosses();
    }

    /// <summary>Takes the policy away. Only for a cgroup without processes.</summary>
    public async ValueTask DisposeAsync()
    {
        await DetachUserSpaceAsync().ConfigureAwait(false);
        _final = ReadStatistics();
        _kernel.Dispose();
    }

    /// <summary>Ends the proxy and the reader, with everything told; the kernel goes on enforcing.</summary>
    public async ValueTask DetachUserSpaceAsync()
    {
        await _proxy.DisposeAsync().ConfigureAwait(false);
        await Task.Run(_events.Dispose).ConfigureAwait(false);
        _dnsReporter.Flush();
        TellLosses();
    }

    private static ConfigRecord Constants(FirewallOptions options, DnsProxy proxy) => new()
    {
        Abi = ConfigRecord.AbiVersion,
        Flags = options.ReportAllowed ? ConfigRecord.ReportAllowed : (byte)0,
        DnsPort4 = (ushort)proxy.IPv4EndPoint.Port,
        DnsPort6 = (ushort)(proxy.IPv6EndPoint?.Port ?? 0),
    };

    private SandboxStatistics ReadStatistics()
    {
        DnsProxyCounters dns = _proxy.Counters;
        return new SandboxStatistics(
            _kernel.Count(KernelCounter.Denied),
            _kernel.Count(KernelCounter.Allowed),
            dns.Queries,
            dns.UnknownClients,
            _kernel.Count(KernelCounter.EventsDropped),
            TableFull());
    }

    private void EndFlows(IReadOnlySet<int> processes)
    {
        try
        {
            int ended = LiveFlows.End(_kernel.CgroupId, processes, _grants.Ends);
            if (ended > 0)
            {
                FirewallLog.FlowsEnded(_logger, _sandbox, ended);
            }
        }
        catch (BpfException error)
        {
            FirewallLog.FlowsNotEnded(_logger, _sandbox, error.Message);
        }
    }

    private long TableFull() =>
        _kernel.Count(KernelCounter.ProcessesFull) + _kernel.Count(KernelCounter.RedirectsFull)
        + _kernel.Count(KernelCounter.SocketsFull) + _grants.Refused;

    private void TellLosses()
    {
        long dropped = _kernel.Count(KernelCounter.EventsDropped);
        if (dropped > _toldEventsDropped)
        {
            FirewallLog.EventsDropped(_logger, _sandbox, dropped - _toldEventsDropped);
            _toldEventsDropped = dropped;
        }

        long full = TableFull();
        if (full > _toldTableFull)
        {
            FirewallLog.TableFull(_logger, _sandbox, full - _toldTableFull);
            _toldTableFull = full;
        }
    }
}

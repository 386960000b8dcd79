using System.Collections.Immutable;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;
using Microsoft.Extensions.Logging;

namespace EbpfFirewall.Sandboxes;

/// <summary>What enforces the policy of one sandbox: its attachment in the kernel, and the DNS proxy that feeds it.</summary>
internal sealed class Enforcement : IAsyncDisposable
{
    private readonly EnforcementHost _host;
    private readonly ILogger _logger;
    private readonly DnsProxy _proxy;
    private readonly SandboxCgroup _cgroup;
    private readonly AddressGrants _grants;
    private readonly ExecutableFiles _executables;
    private readonly LimitUsage _usage;
    private readonly NameLimits _nameLimits;
    private readonly ExhaustedFlows _exhausted = new();
    private readonly DnsDecisionReporter _dnsReporter;
    private readonly Lock _applying = new();
    private volatile CompiledPolicy _policy;
    private volatile PolicyImage _image;
    private QuotaRecord _lastQuota;
    private long _lastQueries;
    private long _toldEventsDropped;
    private long _toldTableFull;
    private SandboxStatistics _final;

    private Enforcement(
        string sandbox,
        EnforcementHost host,
        NumberedPolicy policy,
        SandboxCgroup cgroup,
        ProxyConnection connection,
        NameLimits nameLimits,
        DnsProxy proxy,
        KernelAttachment kernel,
        ulong cgroupId)
    {
        Sandbox = sandbox;
        Kernel = kernel;
        CgroupId = cgroupId;
        _host = host;
        _logger = host.Options.LoggerFactory.CreateLogger<Enforcement>();
        _proxy = proxy;
        _cgroup = cgroup;
        _policy = policy.Image.Policy;
        kernel.Traffic.ResetRules(policy.Numbering.ByIndex);
        _executables = new ExecutableFiles(host.Engine.Executables, kernel.Id, TellExecutable);
        _executables.Prepare(policy.Image);
        _nameLimits = nameLimits;
        _image = policy.Image;
        _usage = new LimitUsage(host.Engine, kernel.Id);
        _usage.Prepare(policy.Image, []);
        KernelTicks ticks = KernelTicks.OfHost;
        _grants = new AddressGrants(kernel, policy.Image, static () => BootClock.NowNs, () => ticks.Now, ticks.Of);
        _executables.Complete(isInForce: true);

        var reader = new KernelEventReader(sandbox, kernel.Policies, host.Rules, host.Processes, _grants, new BootClock(TimeProvider.System), _exhausted.Add);
        host.Join(this, reader);
        var dnsReader = new DnsDecisionReader(sandbox, () => _policy.Policy, TimeProvider.System);
        _dnsReporter = new DnsDecisionReporter(dnsReader, host.Hub, host.Options.ReportAllowed, TimeProvider.System);
        SystemCalls = new SystemCallReporter(sandbox, host.Hub, () => _policy.Policy, TimeProvider.System);
        connection.Join(new RedirectTable(host.Engine.Redirects, host.Processes, _executables, kernel.Id), _grants, _dnsReporter.OnDecision);
    }

    public string Sandbox { get; }

    /// <summary>Its attachment.</summary>
    public KernelAttachment Kernel { get; }

    /// <summary>The cgroup that it is attached to.</summary>
    public ulong CgroupId { get; }

    /// <summary>Answers what the launcher's filter denies.</summary>
    public SystemCallReporter SystemCalls { get; }

    /// <summary>Names it in events and tables.</summary>
    public uint Id => Kernel.Id;

    /// <summary>Puts the policy in force on an empty cgroup.</summary>
    /// <exception cref="EgressFirewallException">The kernel refused, or the proxy could not start; nothing is left behind.</exception>
    public static async Task<Enforcement> StartAsync(
        string sandbox, EnforcementHost host, NumberedPolicy policy, SandboxCgroup cgroup, SandboxId id, CancellationToken cancellationToken)
    {
        var connection = new ProxyConnection();
        var nameLimits = new NameLimits(TimeProvider.System);
        var proxyHost = new DnsProxyHost(new LoopbackListenerFactory(), connection, connection, connection) { Limits = nameLimits };
        DnsProxy proxy = await DnsProxy.StartAsync(
            proxyHost,
            policy.Image.Policy,
            new DnsProxyOptions { Upstreams = host.Options.DnsUpstreams, AnswerDeniedNames = host.Options.AnswerDeniedNames },
            cancellationToken).ConfigureAwait(false);
        KernelAttachment? kernel = null;
        try
        {
            var point = new CgroupPoint(cgroup.Path);
            var settings = new AttachmentSettings(
                (ushort)proxy.IPv4EndPoint.Port, (ushort)(proxy.IPv6EndPoint?.Port ?? 0), host.Options.ReportAllowed, host.Options.FailMode);
            kernel = KernelAttachment.Create(host.Engine, policy.Image, settings, point, PinFolder.Create(id));
            return new Enforcement(sandbox, host, policy, cgroup, connection, nameLimits, proxy, kernel, point.CgroupId);
        }
        catch
        {
            kernel?.Dispose();
            await proxy.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Replaces the policy in one step, for packets on their way, too; what it means for open connections is for
    /// <see cref="EnforcementHost.Settle"/>.
    /// </summary>
    /// <exception cref="EgressFirewallException">The kernel refused; the policy before stays in force.</exception>
    public void Use(NumberedPolicy policy)
    {
        lock (_applying)
        {
            Kernel.Traffic.ResetRules(policy.Numbering.Fresh);

            // The kernel first: until the proxy follows, a name that only the new policy knows is denied.
            _usage.Prepare(policy.Image, policy.Numbering.Fresh);
            _executables.Prepare(policy.Image);
            bool isInForce = false;
            try
            {
                _grants.Use(policy.Image);
                isInForce = true;
            }
            finally
            {
                _executables.Complete(isInForce);
            }

            _policy = policy.Image.Policy;
            _image = policy.Image;
            _usage.Complete(policy.Image);
            _proxy.UsePolicy(policy.Image.Policy);
        }
    }

    /// <summary>The programs of rules that no process is known by now.</summary>
    public ImmutableArray<string> MissingExecutables => _executables.Missing;

    /// <summary>Looks where the paths of rules for one program lead now.</summary>
    public void RefreshExecutables()
    {
        try
        {
            _executables.Refresh();
        }
        catch (BpfException error)
        {
            FirewallLog.ExecutablesNotRefreshed(_logger, error, Sandbox);
        }
    }

    /// <summary>Whether the policy in force ends a connection, or a limit that holds for good.</summary>
    public bool Ends(EndpointRecord remote) => _exhausted.Contains(remote) || _grants.Ends(remote);

    /// <summary>Whether a grant has ended since this was last asked that connections must not outlive.</summary>
    public bool HasLapsed() => _exhausted.Take() | _grants.TakeEnded();

    /// <summary>What commands need besides what they were given, for the rules to have their effect.</summary>
    public IEnumerable<SandboxPrivilege> NeededPrivileges => _policy.UnixRules.Any(rule => rule.IsAbstract && rule.Action == RuleAction.Allow)
        ? [SandboxPrivilege.AbstractUnix]
        : [];

    /// <summary>Which unix sockets there are that a command must not reach; null where nothing is enforced.</summary>
    public MemoryFile? SurveyUnixSockets() => _policy.Policy.Mode == PolicyMode.Observe ? null : UnixSurvey.Take(_policy, Processes());

    /// <summary>What this kernel cannot enforce of the policy.</summary>
    public static SandboxGaps Gaps => CgroupHooks.HasUnix ? SandboxGaps.None : SandboxGaps.UnixSockets;

    /// <summary>Thread-group ids in the sandbox.</summary>
    public IReadOnlySet<int> Processes() => _cgroup.Processes();

    /// <summary>Whether anything has been decided since this was last asked.</summary>
    public bool WasActive()
    {
        QuotaRecord quota = Kernel.Quota;
        long queries = _proxy.Counters.Queries;
        bool active = queries != _lastQueries || quota.Activity != _lastQuota.Activity
            || quota.Processes != _lastQuota.Processes || quota.Redirects != _lastQuota.Redirects;
        (_lastQuota, _lastQueries) = (quota, queries);
        return active;
    }

    /// <summary>Forgets grants that are long over, and tells about losses.</summary>
    public void RemoveExpired()
    {
        _grants.RemoveExpired();
        RefreshExecutables();
        _nameLimits.RemoveDead(Processes);
        TellLosses();
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

    /// <summary>How much of the limits is used.</summary>
    public IReadOnlyList<LimitUse> ReadLimits()
    {
        PolicyImage image = _image;
        return [.. _usage.Read(image), .. _nameLimits.Read(image.Policy.Policy)];
    }

    /// <summary>What went by; nothing is stopped for it.</summary>
    public SandboxTraffic ReadTraffic() => TrafficReader.Read(Kernel.Traffic, _policy.Policy, _host.Rules);

    /// <summary>Calls and packets that were decided without this process so far (<see cref="FailMode"/>).</summary>
    public long ReadUnattended()
    {
        TrafficRecord traffic = Kernel.Traffic.ReadReason((int)DecisionReason.Unattended);
        return (long)(traffic.Calls + traffic.Packets);
    }

    /// <summary>Takes the policy away. Only for a cgroup without processes.</summary>
    public async ValueTask DisposeAsync()
    {
        await DetachUserSpaceAsync().ConfigureAwait(false);
        _final = ReadStatistics();
        _executables.Dispose();
        _usage.Clear();
        Kernel.Dispose();
    }

    /// <summary>Ends the proxy and the reading, with everything told; the kernel goes on enforcing.</summary>
    public async ValueTask DetachUserSpaceAsync()
    {
        await _proxy.DisposeAsync().ConfigureAwait(false);
        await Task.Run(() => _host.Leave(this)).ConfigureAwait(false);
        await Task.Run(SystemCalls.Dispose).ConfigureAwait(false);
        _dnsReporter.Flush();
        TellLosses();
    }

    private SandboxStatistics ReadStatistics()
    {
        DnsProxyCounters dns = _proxy.Counters;
        TrafficCounters counters = Kernel.Traffic;
        return new SandboxStatistics(
            counters.Read(KernelCounter.Denied),
            counters.Read(KernelCounter.Allowed),
            dns.Queries,
            dns.UnknownClients,
            counters.Read(KernelCounter.EventsDropped),
            TableFull());
    }

    private long TableFull()
    {
        TrafficCounters counters = Kernel.Traffic;
        return counters.Read(KernelCounter.ProcessesFull) + counters.Read(KernelCounter.RedirectsFull)
            + counters.Read(KernelCounter.SocketsFull) + _grants.Refused;
    }

    private void TellExecutable(string path, string? problem)
    {
        if (problem is null)
        {
            FirewallLog.ExecutableFound(_logger, Sandbox, path);
        }
        else
        {
            FirewallLog.ExecutableMissing(_logger, Sandbox, path, problem);
        }
    }

    private void TellLosses()
    {
        long dropped = Kernel.Traffic.Read(KernelCounter.EventsDropped);
        if (dropped > _toldEventsDropped)
        {
            FirewallLog.EventsDropped(_logger, Sandbox, dropped - _toldEventsDropped);
            _toldEventsDropped = dropped;
        }

        long full = TableFull();
        if (full > _toldTableFull)
        {
            FirewallLog.TableFull(_logger, Sandbox, full - _toldTableFull);
            _toldTableFull = full;
        }
    }
}

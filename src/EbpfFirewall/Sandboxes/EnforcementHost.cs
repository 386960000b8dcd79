using System.Collections.Concurrent;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;
using Microsoft.Extensions.Logging;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// What all sandboxes of a firewall share: the kernel side, the reader of its events, the numbers of rules, and the housekeeping that
/// removes once in a while what is over.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class EnforcementHost : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<uint, Enforcement> _all = [];
    private readonly Lock _keepingHouse = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SharedTables _tables;
    private readonly Pulse _pulse;
    private readonly KernelEvents _events;
    private readonly ILogger _logger;
    private readonly Task _housekeeping;

    private EnforcementHost(KernelEngine engine, FirewallOptions options, DecisionHub hub)
    {
        Engine = engine;
        Options = options;
        Hub = hub;
        _logger = options.LoggerFactory.CreateLogger<EnforcementHost>();
        Processes = new ProcessTable(engine.Processes);
        _tables = new SharedTables(engine, Processes);
        _events = new KernelEvents(engine, hub);
        _pulse = new Pulse(engine.Pulse, options.Watchdog);
        _pulse.Beat();
        if (options.FailMode == FailMode.Open)
        {
            FirewallLog.FailsOpen(_logger, options.Watchdog);
        }

        _housekeeping = KeepHouseAsync();
    }

    public KernelEngine Engine { get; }

    public FirewallOptions Options { get; }

    public DecisionHub Hub { get; }

    /// <summary>Who has sent something.</summary>
    public ProcessTable Processes { get; }

    /// <summary>The numbers that rules have in the kernel.</summary>
    public RuleNumbers Rules { get; } = new();

    /// <summary>Loads the kernel side.</summary>
    /// <exception cref="EgressFirewallException">The kernel refused.</exception>
    public static EnforcementHost Create(FirewallOptions options, DecisionHub hub) => new(KernelEngine.Create(), options, hub);

    /// <summary>Prepares a policy for all sandboxes. One at a time.</summary>
    /// <exception cref="EgressFirewallException">The policy is larger than the kernel side can hold.</exception>
    public NumberedPolicy Number(CompiledPolicy policy)
    {
        RuleNumbering numbering = Rules.Prepare(policy.Policy);
        var numbered = new NumberedPolicy(PolicyImage.Create(policy, numbering.ByIndex), numbering);
        Rules.Commit(numbering);
        return numbered;
    }

    /// <summary>Hears and cleans up after a sandbox from now on.</summary>
    public void Join(Enforcement enforcement, KernelEventReader reader)
    {
        _all[enforcement.Id] = enforcement;
        _events.Add(enforcement.Id, reader);
    }

    /// <summary>Tells what a sandbox has left to tell, then forgets it.</summary>
    public void Leave(Enforcement enforcement)
    {
        _events.Remove(enforcement.Id);

        // Its place is given to another soon: housekeeping must not count down there what it has removed of this one.
        lock (_keepingHouse)
        {
            _all.TryRemove(enforcement.Id, out _);
        }
    }

    /// <summary>
    /// After policies have been replaced: when it returns, nothing is judged by those before, and the connections that the new ones do not
    /// allow have ended.
    /// </summary>
    public void Settle(IReadOnlyCollection<Enforcement> changed)
    {
        GracePeriod.Wait();
        EndFlows(changed);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _housekeeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Run(_events.Dispose).ConfigureAwait(false);
        _pulse.Dispose();
        Engine.Dispose();
        _stop.Dispose();
    }

    private async Task KeepHouseAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
        {
            try
            {
                Beat();
                lock (_keepingHouse)
                {
                    RemoveEnded();
                }
            }
            catch (Exception error)
            {
                FirewallLog.HousekeepingFailed(_logger, error);
            }
        }
    }

    private void Beat()
    {
        if (!_pulse.Beat())
        {
            long passed = _all.Values.Sum(enforcement => enforcement.ReadUnattended());
            FirewallLog.WasUnattended(_logger, Options.Watchdog, Options.FailMode, passed);
        }
    }

    private void RemoveEnded()
    {
        List<Enforcement> lapsed = [.. _all.Values.Where(enforcement => enforcement.HasLapsed())];
        if (lapsed.Count > 0)
        {
            EndFlows(lapsed);
        }

        List<Enforcement> active = [.. _all.Values.Where(enforcement => enforcement.WasActive())];
        if (active.Count == 0)
        {
            return;
        }

        _tables.RemoveEnded(
            _all.ToDictionary(entry => entry.Key, entry => (entry.Value.Kernel, (Func<IReadOnlySet<int>>)entry.Value.Processes)), BootClock.NowNs);
        active.ForEach(enforcement => enforcement.RemoveExpired());
    }

    private void EndFlows(IReadOnlyCollection<Enforcement> changed)
    {
        try
        {
            var byCgroup = changed.ToDictionary(enforcement => enforcement.CgroupId);
            IReadOnlyDictionary<ulong, int> ended = LiveFlows.End(
                byCgroup.ToDictionary(entry => entry.Key, entry => (Func<EndpointRecord, bool>)entry.Value.Ends),
                changed.SelectMany(enforcement => enforcement.Processes()));
            foreach ((ulong cgroup, int count) in ended)
            {
                FirewallLog.FlowsEnded(_logger, byCgroup[cgroup].Sandbox, count);
            }
        }
        catch (BpfException error)
        {
            FirewallLog.FlowsNotEnded(_logger, error.Message);
        }
    }
}

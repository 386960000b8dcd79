using System.Collections.Immutable;
using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Policies;
using EbpfFirewall.Sandboxes;
using Microsoft.Extensions.Logging;

namespace EbpfFirewall;

/// <summary>A running firewall.</summary>
internal sealed class EgressFirewall : IEgressFirewall
{
    private readonly FirewallOptions _options;
    private readonly SemaphoreSlim _applying = new(1);
    private volatile CompiledPolicy _compiled;
    private readonly DecisionHub _hub;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly HashSet<Sandbox> _sandboxes = [];
    private bool _disposed;

    private EgressFirewall(FirewallOptions options)
    {
        _options = options;
        _compiled = options.Policy.Compile();
        PolicyLimits.Check(_compiled);
        _logger = options.LoggerFactory.CreateLogger<EgressFirewall>();
        _hub = new DecisionHub(options.Callbacks, _logger);
    }

    public FirewallPolicy Policy => _compiled.Policy;

    public static async Task<IEgressFirewall> StartAsync(FirewallOptions options, CancellationToken cancellationToken)
    {
        HostCheck.ThrowIfUnusable();
        var firewall = new EgressFirewall(options);
        await Task.Run(firewall.RemoveLeftovers, cancellationToken).ConfigureAwait(false);
        return firewall;
    }

    public Task<ISandbox> CreateSandboxAsync(string name, CancellationToken cancellationToken = default) =>
        CreateSandboxAsync(name, new SandboxOptions(), cancellationToken);

    public async Task<ISandbox> CreateSandboxAsync(string name, SandboxOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();

        ImmutableArray<SandboxPrivilege> privileges = options.Privileges.IsDefault ? [] : options.Privileges;
        SandboxUser? user = options.User ?? (options.UseSudoUser ? UserDatabase.FromSudo() : null);
        CompiledPolicy compiled = _compiled;
        SandboxId id = SandboxId.Next();
        SandboxCgroup cgroup = SandboxCgroup.Create(id);
        Enforcement? enforcement = null;
        try
        {
            if (compiled.Policy.Mode != PolicyMode.Disabled)
            {
                enforcement = await Enforcement.StartAsync(name, compiled, _options, _hub, cgroup.Path, id, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch
        {
            cgroup.TryEnd();
            throw;
        }

        var sandbox = new Sandbox(name, new SandboxParts(cgroup, enforcement), user, privileges, _hub, _logger, Forget);
        if (!TryRegister(sandbox))
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw new ObjectDisposedException(nameof(IEgressFirewall));
        }

        await CatchUpAsync(sandbox, compiled, cancellationToken).ConfigureAwait(false);

        FirewallLog.SandboxStarted(_logger, name, sandbox.CgroupPath);
        foreach (SandboxPrivilege privilege in privileges)
        {
            FirewallLog.PrivilegeKept(_logger, name, privilege.Name, privilege.Opens);
        }

        return sandbox;
    }

    public async Task ApplyAsync(FirewallPolicy policy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if ((policy.Mode == PolicyMode.Disabled) != (Policy.Mode == PolicyMode.Disabled))
        {
            throw new ArgumentException(
                $"A running firewall cannot change from {Policy.Mode} to {policy.Mode}: sandboxes made without enforcement have none. Start another firewall.",
                nameof(policy));
        }

        await _applying.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            CompiledPolicy compiled = policy.WithRevision(Math.Max(policy.Revision, Policy.Revision + 1)).Compile();
            PolicyLimits.Check(compiled);

            // Sandboxes that are being made meanwhile see the new policy at the latest when they register.
            _compiled = compiled;
            Sandbox[] sandboxes;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, typeof(IEgressFirewall));
                sandboxes = [.. _sandboxes];
            }

            await Task.Run(() => ApplyTo(sandboxes, compiled), CancellationToken.None).ConfigureAwait(false);
            FirewallLog.PolicyApplied(_logger, compiled.Policy.Revision, sandboxes.Length);
        }
        finally
        {
            _applying.Release();
        }
    }

    public IAsyncEnumerable<DecisionEvent> ReadDecisionsAsync(CancellationToken cancellationToken = default) =>
        _hub.ReadAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Sandbox[] sandboxes;
        lock (_gate)
        {
            _disposed = true;
            sandboxes = [.. _sandboxes];
        }

        foreach (Sandbox sandbox in sandboxes)
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
        }

        _hub.Complete();
    }

    /// <summary>Gives a new sandbox the policy that was applied while it was being made.</summary>
    private async Task CatchUpAsync(Sandbox sandbox, CompiledPolicy used, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(_compiled, used))
        {
            return;
        }

        try
        {
            await _applying.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await Task.Run(() => sandbox.Apply(_compiled), CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                _applying.Release();
            }
        }
        catch
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void ApplyTo(Sandbox[] sandboxes, CompiledPolicy compiled)
    {
        List<Exception> failures = [];
        foreach (Sandbox sandbox in sandboxes)
        {
            try
            {
                sandbox.Apply(compiled);
            }
            catch (EgressFirewallException error)
            {
                FirewallLog.PolicyNotApplied(_logger, error, sandbox.Name);
                failures.Add(error);
            }
        }

        if (failures.Count > 0)
        {
            throw failures.Count == 1 ? failures[0] : new AggregateException(failures);
        }
    }

    private bool TryRegister(Sandbox sandbox)
    {
        lock (_gate)
        {
            return !_disposed && _sandboxes.Add(sandbox);
        }
    }

    private void Forget(Sandbox sandbox)
    {
        lock (_gate)
        {
            _sandboxes.Remove(sandbox);
        }
    }

    // What still has processes keeps its policy: ending those is for `efw cleanup`, which somebody asks for.
    private void RemoveLeftovers()
    {
        CleanupResult result = SandboxCleanup.RemoveLeftovers(endProcesses: false);
        foreach (string sandbox in result.Removed)
        {
            FirewallLog.LeftoverRemoved(_logger, sandbox);
        }

        foreach ((string sandbox, string reason) in result.Failed)
        {
            FirewallLog.LeftoverStays(_logger, sandbox, reason);
        }
    }
}

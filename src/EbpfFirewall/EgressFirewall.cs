using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel;
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
    private readonly EnforcementHost? _host;
    private readonly Lazy<Task> _disposing;
    private volatile NumberedPolicy? _numbered;
    private ImmutableArray<IPAddress> _ownAddresses;
    private bool _disposed;

    private EgressFirewall(FirewallOptions options, CompiledPolicy compiled, DecisionHub hub, ILogger logger, EnforcementHost? host)
    {
        _options = options;
        _compiled = compiled;
        _logger = logger;
        _hub = hub;
        _host = host;
        _disposing = new Lazy<Task>(DisposeOnceAsync);
        if (host is not null)
        {
            _numbered = host.Number(compiled);
        }
    }

    public FirewallPolicy Policy => _compiled.Policy;

    public static async Task<IEgressFirewall> StartAsync(FirewallOptions options, CancellationToken cancellationToken)
    {
        HostCheck.ThrowIfUnusable();
        ImmutableArray<IPAddress> ownAddresses = OwnAddresses.Find();
        CompiledPolicy compiled = options.Policy.Compile(ownAddresses);
        PolicyLimits.Check(compiled);
        ILogger logger = options.LoggerFactory.CreateLogger<EgressFirewall>();
        DecisionHub hub = new(options.Callbacks, logger);
        EnforcementHost? host = compiled.Policy.Mode == PolicyMode.Disabled
            ? null
            : await Task.Run(() => EnforcementHost.Create(options, hub), cancellationToken).ConfigureAwait(false);
        try
        {
            var firewall = new EgressFirewall(options, compiled, hub, logger, host) { _ownAddresses = ownAddresses };
            NetworkChange.NetworkAddressChanged += firewall.OnAddressesChanged;
            await Task.Run(firewall.RemoveLeftovers, cancellationToken).ConfigureAwait(false);
            return firewall;
        }
        catch
        {
            if (host is not null)
            {
                await host.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
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
        NumberedPolicy? policy = _numbered;
        SandboxId id = SandboxId.Next();
        SandboxCgroup cgroup = SandboxCgroup.Create(id);
        Enforcement? enforcement = null;
        try
        {
            if (_host is not null && policy is not null)
            {
                enforcement = await Enforcement.StartAsync(name, _host, policy, cgroup, id, cancellationToken).ConfigureAwait(false);
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

        await CatchUpAsync(sandbox, policy, cancellationToken).ConfigureAwait(false);

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
            _ownAddresses = OwnAddresses.Find();
            await ApplyAsync(policy.WithRevision(Math.Max(policy.Revision, Policy.Revision + 1)).Compile(_ownAddresses)).ConfigureAwait(false);
        }
        finally
        {
            _applying.Release();
        }
    }

    public IAsyncEnumerable<DecisionEvent> ReadDecisionsAsync(CancellationToken cancellationToken = default) =>
        _hub.ReadAsync(cancellationToken);

    public async ValueTask DisposeAsync() => await _disposing.Value.ConfigureAwait(false);

    /// <summary>One at a time.</summary>
    private async Task ApplyAsync(CompiledPolicy compiled)
    {
        PolicyLimits.Check(compiled);

        NumberedPolicy? numbered = _host?.Number(compiled);

        // Sandboxes that are being made meanwhile see the new policy at the latest when they register.
        _compiled = compiled;
        _numbered = numbered;
        Sandbox[] sandboxes;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(IEgressFirewall));
            sandboxes = [.. _sandboxes];
        }

        if (_host is not null && numbered is not null)
        {
            await Task.Run(() => ApplyTo(_host, sandboxes, numbered), CancellationToken.None).ConfigureAwait(false);
        }

        FirewallLog.PolicyApplied(_logger, compiled.Policy.Revision, sandboxes.Length);
    }

    private void OnAddressesChanged(object? sender, EventArgs arguments) => _ = FollowAddressesAsync();

    /// <summary>Puts the same policy in force for the addresses that the host has now.</summary>
    private async Task FollowAddressesAsync()
    {
        try
        {
            await _applying.WaitAsync().ConfigureAwait(false);
            try
            {
                ImmutableArray<IPAddress> ownAddresses = OwnAddresses.Find();
                if (_host is not null && !ownAddresses.SequenceEqual(_ownAddresses))
                {
                    _ownAddresses = ownAddresses;
                    await ApplyAsync(Policy.Compile(ownAddresses)).ConfigureAwait(false);
                }
            }
            finally
            {
                _applying.Release();
            }
        }
        catch (ObjectDisposedException)
        {
            // Nobody is left to whom it would matter.
        }
        catch (Exception error)
        {
            FirewallLog.AddressesNotFollowed(_logger, error);
        }
    }

    private async Task DisposeOnceAsync()
    {
        NetworkChange.NetworkAddressChanged -= OnAddressesChanged;
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

        if (_host is not null)
        {
            await _host.DisposeAsync().ConfigureAwait(false);
        }

        _hub.Complete();
    }

    /// <summary>Gives a new sandbox the policy that was applied while it was being made.</summary>
    private async Task CatchUpAsync(Sandbox sandbox, NumberedPolicy? used, CancellationToken cancellationToken)
    {
        if (_host is null || ReferenceEquals(_numbered, used))
        {
            return;
        }

        try
        {
            await _applying.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await Task.Run(() => ApplyTo(_host, [sandbox], _numbered!), CancellationToken.None).ConfigureAwait(false);
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

    private void ApplyTo(EnforcementHost host, Sandbox[] sandboxes, NumberedPolicy policy)
    {
        List<Exception> failures = [];
        List<Enforcement> changed = [];
        foreach (Sandbox sandbox in sandboxes)
        {
            try
            {
                sandbox.Use(policy);
                changed.Add(sandbox.Enforcement!);
            }
            catch (EgressFirewallException error)
            {
                FirewallLog.PolicyNotApplied(_logger, error, sandbox.Name);
                failures.Add(error);
            }
        }

        host.Settle(changed);
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

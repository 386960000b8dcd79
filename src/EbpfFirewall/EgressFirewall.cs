using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;
using EbpfFirewall.Sandboxes;
using Microsoft.Extensions.Logging;

namespace EbpfFirewall;

/// <summary>A running firewall.</summary>
internal sealed class EgressFirewall : IEgressFirewall
{
    private readonly FirewallOptions _options;
    private readonly CompiledPolicy _compiled;
    private readonly DecisionHub _hub;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly HashSet<Sandbox> _sandboxes = [];
    private bool _disposed;

    private EgressFirewall(FirewallOptions options)
    {
        _options = options;
        _compiled = options.Policy.Compile();
        _logger = options.LoggerFactory.CreateLogger<EgressFirewall>();
        _hub = new DecisionHub(options.Callbacks, _logger);
    }

    public FirewallPolicy Policy => _options.Policy;

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

        SandboxUser? user = options.User ?? (options.UseSudoUser ? UserDatabase.FromSudo() : null);
        SandboxId id = SandboxId.Next();
        SandboxCgroup cgroup = SandboxCgroup.Create(id);
        Enforcement? enforcement = null;
        try
        {
            if (Policy.Mode != PolicyMode.Disabled)
            {
                enforcement = await Enforcement.StartAsync(name, _compiled, _options, _hub, cgroup.Path, id, cancellationToken)
                    .ConfigureAwait(false);
            }

        }
        catch
        {
            cgroup.Remove();
            throw;
        }

        var sandbox = new Sandbox(name, new SandboxParts(cgroup, enforcement), user, _hub, _logger, Forget);
        if (!TryRegister(sandbox))
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw new ObjectDisposedException(nameof(IEgressFirewall));
        }

        FirewallLog.SandboxStarted(_logger, name, sandbox.CgroupPath);
        return sandbox;
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

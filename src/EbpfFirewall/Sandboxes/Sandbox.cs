using System.Collections.Immutable;
using System.Diagnostics;
using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;
using Microsoft.Extensions.Logging;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// One sandbox: cgroup, kernel side and DNS proxy, made in the order in which each relies on the one
/// before, and taken down in the opposite one after its processes are gone.
/// </summary>
internal sealed class Sandbox : ISandbox
{
    private readonly SandboxParts _parts;
    private readonly SandboxUser? _user;
    private readonly ImmutableArray<SandboxPrivilege> _privileges;
    private readonly DecisionHub _hub;
    private readonly ILogger _logger;
    private readonly Action<Sandbox> _onDisposed;
    private int _gaps;
    private int _disposed;

    public Sandbox(
        string name,
        SandboxParts parts,
        SandboxUser? user,
        ImmutableArray<SandboxPrivilege> privileges,
        DecisionHub hub,
        ILogger logger,
        Action<Sandbox> onDisposed)
    {
        Name = name;
        _parts = parts;
        _user = user;
        _privileges = privileges;
        _hub = hub;
        _logger = logger;
        _onDisposed = onDisposed;
    }

    public string Name { get; }

    public string CgroupPath => _parts.Cgroup.Path;

    /// <summary>Null in <see cref="PolicyMode.Disabled"/>.</summary>
    public Enforcement? Enforcement => _parts.Enforcement;

    private bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    public SandboxStatistics Statistics => _parts.Enforcement?.ReadStatistics(_hub.Dropped) ?? default;

    public SandboxGaps Gaps => (SandboxGaps)Volatile.Read(ref _gaps);

    public ImmutableArray<string> MissingExecutables => _parts.Enforcement?.MissingExecutables ?? [];

    public IReadOnlyList<LimitUse> ReadLimits() => _parts.Enforcement?.ReadLimits() ?? [];

    public SandboxTraffic ReadTraffic() =>
        _parts.Enforcement?.ReadTraffic() ?? new SandboxTraffic(
            ImmutableDictionary<FirewallRule, TrafficCount>.Empty, ImmutableDictionary<DecisionReason, TrafficCount>.Empty);

    /// <summary>Replaces the policy; a sandbox that has ended meanwhile needs none.</summary>
    /// <exception cref="EgressFirewallException">The kernel refused; the policy before stays in force.</exception>
    public void Use(NumberedPolicy policy)
    {
        try
        {
            Enforcement?.Use(policy);
        }
        catch (Exception error) when (IsDisposed && error is ObjectDisposedException or EgressFirewallException)
        {
        }
    }

    public Process Start(ProcessStartInfo startInfo)
    {
        ArgumentNullException.ThrowIfNull(startInfo);
        ArgumentException.ThrowIfNullOrEmpty(startInfo.FileName);
        if (startInfo.UseShellExecute)
        {
            throw new ArgumentException("UseShellExecute must be false: a sandbox starts programs.", nameof(startInfo));
        }

        if (startInfo.ArgumentList.Count > 0 && startInfo.Arguments.Length > 0)
        {
            throw new ArgumentException("Give Arguments or ArgumentList, not both.", nameof(startInfo));
        }

        if (IsDisposed)
        {
            throw Gone();
        }

        SandboxUser? user = startInfo.UserName.Length > 0 ? SandboxUser.Get(startInfo.UserName) : _user;
        try
        {
            Enforcement?.RefreshExecutables();

            // The launcher closes abstract unix sockets altogether; where a rule opens one, the kernel side judges each.
            ImmutableArray<SandboxPrivilege> privileges = [.. _privileges.Union(Enforcement?.NeededPrivileges ?? [])];
            using MemoryFile? unixes = Enforcement?.SurveyUnixSockets();
            (Process process, SandboxGaps gaps) = Launcher.Start(startInfo, CgroupPath, user, privileges, unixes, Enforcement?.SystemCalls);
            Note(Enforcement is null ? gaps : gaps | Enforcement.Gaps);
            return process;
        }
        catch (SandboxStartException error) when (IsDisposed)
        {
            throw Gone(error); // the cgroup went away under the launcher
        }
    }

    public async Task<int> RunAsync(ProcessStartInfo startInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(startInfo);
        if (startInfo.RedirectStandardInput || startInfo.RedirectStandardOutput || startInfo.RedirectStandardError)
        {
            throw new ArgumentException("Use Start for redirected streams: here nobody could reach them.", nameof(startInfo));
        }

        cancellationToken.ThrowIfCancellationRequested();
        using Process process = Start(startInfo);
        using CancellationTokenRegistration registration = cancellationToken.Register(() => _parts.Cgroup.TryEndProcesses());
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            bool isRemoved = await Task.Run(_parts.Cgroup.TryEnd).ConfigureAwait(false);
            if (isRemoved)
            {
                await _parts.DisposeAsync().ConfigureAwait(false);
                FirewallLog.SandboxStopped(_logger, Name);
            }
            else
            {
                // Somebody still runs there: the policy stays pinned, and without the proxy no name opens any more.
                await _parts.DetachUserSpaceAsync().ConfigureAwait(false);
                FirewallLog.SandboxNotEmpty(_logger, Name);
            }
        }
        finally
        {
            _onDisposed(this);
        }
    }

    // Told once: it is the kernel's, and the same for every command.
    private void Note(SandboxGaps gaps)
    {
        var known = (SandboxGaps)Interlocked.Or(ref _gaps, (int)gaps);
        if ((known | gaps) != known)
        {
            FirewallLog.NotEnforced(_logger, Name, gaps);
        }
    }

    private EgressFirewallException Gone(Exception? cause = null) =>
        new(ErrorCodes.SandboxGone, $"the sandbox '{Name}' has been disposed. Make a new one.", cause);
}

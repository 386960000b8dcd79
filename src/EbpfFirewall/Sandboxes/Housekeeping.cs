using Microsoft.Extensions.Logging;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// Once in a while removes from the kernel's tables what is over, and tells about losses. The kernel does not rely on it: expiry is in
/// the entries themselves.
/// </summary>
internal sealed class Housekeeping : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public Housekeeping(string sandbox, SandboxCgroup cgroup, Enforcement enforcement, ILogger logger) =>
        _loop = RunAsync(sandbox, cgroup, enforcement, logger);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(string sandbox, SandboxCgroup cgroup, Enforcement enforcement, ILogger logger)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
        {
            try
            {
                enforcement.RemoveEnded(cgroup.Processes);
            }
            catch (Exception error)
            {
                FirewallLog.HousekeepingFailed(logger, error, sandbox);
            }
        }
    }
}

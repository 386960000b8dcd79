using System.Collections.Concurrent;
using System.Diagnostics;

namespace EbpfFirewall.Launcher.Tests.Harness;

/// <summary>
/// Starts processes from a thread that never ends: a death signal is tied to the thread that forked, and one of the
/// pool may retire while its child still runs.
/// </summary>
internal static class StarterThread
{
    private static readonly BlockingCollection<Action> _work = Begin();

    public static Process Start(ProcessStartInfo startInfo)
    {
        var started = new TaskCompletionSource<Process>();
        _work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(startInfo)!);
            }
#pragma warning disable CA1031 // the waiting caller gets it, whatever it is
            catch (Exception error)
#pragma warning restore CA1031
            {
                started.SetException(error);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    private static BlockingCollection<Action> Begin()
    {
        var work = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (Action action in work.GetConsumingEnumerable())
            {
                action();
            }
        })
        {
            IsBackground = true,
            Name = "starter",
        };
        thread.Start();
        return work;
    }
}

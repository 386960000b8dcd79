using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// The thread that starts every sandboxed process. The kernel sends the death signal when the <em>thread</em> that forked ends (prctl(2)), and
/// pool threads come and go: so there is one that lives as long as this process.
/// </summary>
internal static class LauncherThread
{
    private static readonly Lazy<BlockingCollection<Action>> Work = new(StartThread);

    public static Process Start(ProcessStartInfo startInfo)
    {
        Process? process = null;
        ExceptionDispatchInfo? failure = null;
        using var done = new ManualResetEventSlim();
        Work.Value.Add(() =>
        {
            try
            {
                process = Process.Start(startInfo);
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
            finally
            {
                done.Set();
            }
        });

        done.Wait();
        failure?.Throw();
        return process ?? throw new InvalidOperationException("no process was started");
    }

    private static BlockingCollection<Action> StartThread()
    {
        var work = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (Action action in work.GetConsumingEnumerable())
            {
                action();
            }
        })
        {
            IsBackground = true,
            Name = "efw launcher",
        }.Start();
        return work;
    }
}

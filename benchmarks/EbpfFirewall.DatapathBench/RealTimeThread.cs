using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;

namespace EbpfFirewall.DatapathBench;

/// <summary>A thread on the last CPU that nothing but an interrupt gets between, as long as what it does is short.</summary>
internal sealed class RealTimeThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    /// <param name="traffic">traffic.c's program, which can schedule.</param>
    internal RealTimeThread(string traffic)
    {
        _thread = new Thread(() =>
        {
            foreach (Action action in _work.GetConsumingEnumerable())
            {
                action();
            }
        })
        {
            IsBackground = true,
            Name = "real time",
        };
        _thread.Start();

        // "PID/task/TID", of the thread that asks.
        string self = Run(static () => new FileInfo("/proc/thread-self").LinkTarget!);
        Tool.Run("", traffic, "schedule", LastCpu, self.Split('/')[^1]);
    }

    /// <summary>The number of the last CPU, on which everything is measured that has to be alone.</summary>
    internal static string LastCpu => (Environment.ProcessorCount - 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>Does something there, then waits half as long as it took: real time is not for all the time.</summary>
    internal T Run<T>(Func<T> function)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        using ManualResetEventSlim done = new();
        long start = Stopwatch.GetTimestamp();
        _work.Add(() =>
        {
            try
            {
                result = function();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }

            done.Set();
        });
        done.Wait();
        failure?.Throw();
        Thread.Sleep(Stopwatch.GetElapsedTime(start) / 2);
        return result;
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }
}

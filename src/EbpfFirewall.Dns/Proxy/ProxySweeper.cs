namespace EbpfFirewall.Dns.Proxy;

/// <summary>Watches over timeouts while there are any; an idle proxy costs nothing.</summary>
internal sealed class ProxySweeper : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Func<bool> _sweep;
    private readonly ITimer _timer;
    private int _armed;

    /// <param name="time">The clock.</param>
    /// <param name="sweep">Does one round; false when there is nothing left to watch.</param>
    internal ProxySweeper(TimeProvider time, Func<bool> sweep)
    {
        _sweep = sweep;
        _timer = time.CreateTimer(static state => ((ProxySweeper)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Starts the rounds, if they are not running.</summary>
    internal void Wake()
    {
        if (Volatile.Read(ref _armed) == 0 && Interlocked.Exchange(ref _armed, 1) == 0)
        {
            Schedule();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        if (_sweep())
        {
            Schedule();
            return;
        }

        // Whoever came between the sweep and this line found us armed: look once more before resting.
        Volatile.Write(ref _armed, 0);
        if (_sweep())
        {
            Wake();
        }
    }

    private void Schedule()
    {
        try
        {
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The proxy has stopped.
        }
    }
}

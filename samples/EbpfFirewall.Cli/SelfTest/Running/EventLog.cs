using System.Diagnostics;
using EbpfFirewall.Decisions;

namespace EbpfFirewall.Cli.SelfTest.Running;

/// <summary>What the firewall told, with the time at which it did.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class EventLog
{
    private readonly Lock _gate = new();
    private readonly List<DecisionEvent> _events = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _events.Count;
            }
        }
    }

    public void Add(DecisionEvent decision)
    {
        lock (_gate)
        {
            _events.Add(decision);
        }
    }

    /// <summary>Events from a position on.</summary>
    public IReadOnlyList<DecisionEvent> Since(int position)
    {
        lock (_gate)
        {
            return [.. _events.Skip(position)];
        }
    }

    /// <summary>Waits until one is told.</summary>
    public async Task<DecisionEvent?> FindAsync(int position, Func<DecisionEvent, bool> matches, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (Since(position).FirstOrDefault(matches) is { } found)
            {
                return found;
            }

            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                return null;
            }

            await Task.Delay(5);
        }
    }
}

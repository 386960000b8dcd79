namespace EbpfFirewall.DatapathBench;

/// <summary>Bursts by turns: every work with every filter in each round, the filters in another order each time.</summary>
internal sealed class TrafficRounds
{
    private readonly Dictionary<(Scenario, TrafficWork), List<double>> _values = [];

    private TrafficRounds()
    {
    }

    /// <summary>A filter's values for a work, one a round.</summary>
    internal IReadOnlyList<double> this[Scenario scenario, TrafficWork work] => _values[(scenario, work)];

    /// <summary>Measures; the first round is not counted.</summary>
    /// <param name="scenarios">Filters.</param>
    /// <param name="works">Traffic; a filter does that which it allows.</param>
    /// <param name="options">How many rounds, how long the bursts and pauses.</param>
    /// <param name="measure">One burst's value.</param>
    internal static TrafficRounds Run(
        IReadOnlyList<Scenario> scenarios,
        IReadOnlyList<TrafficWork> works,
        BenchOptions options,
        Func<Scenario, TrafficWork, double> measure)
    {
        TrafficRounds rounds = new();
        Random random = new(1);
        for (int round = -1; round < options.Rounds; round++)
        {
            foreach (TrafficWork work in works)
            {
                Scenario[] order = [.. scenarios.Where(scenario => scenario.CanDo(work))];
                random.Shuffle(order);
                foreach (Scenario scenario in order)
                {
                    double value = measure(scenario, work);

                    // Nothing may run in real time all the time, and others want the CPU.
                    Thread.Sleep(options.BurstMs / 2);
                    if (round >= 0)
                    {
                        rounds.Add(scenario, work, value);
                    }
                }
            }
        }

        return rounds;
    }

    /// <summary>The time an operation takes.</summary>
    internal static double TimeEach(Scenario scenario, TrafficWork work, BenchOptions options)
    {
        Burst burst = scenario.Client.Run(work, options.BurstMs);
        return burst.Denied == 0 || scenario.StopsTraffic
            ? burst.NanosecondsEach * work.PerRow
            : throw new InvalidOperationException(
                $"{scenario.Name} stopped {burst.Denied} of {burst.Operations} operations ({work.Title}).");
    }

    private void Add(Scenario scenario, TrafficWork work, double value)
    {
        if (!_values.TryGetValue((scenario, work), out List<double>? values))
        {
            _values.Add((scenario, work), values = []);
        }

        values.Add(value);
    }
}

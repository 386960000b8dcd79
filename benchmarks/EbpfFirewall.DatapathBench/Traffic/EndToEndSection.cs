namespace EbpfFirewall.DatapathBench;

/// <summary>What an operation takes from end to end, with each filter and without.</summary>
internal static class EndToEndSection
{
    internal static async Task<IReadOnlyList<Row>> MeasureAsync(BenchOptions options)
    {
        (int small, int large) = options.PolicySizes;
        await using Stage stage = await Stage.CreateAsync(options, new HashSet<FilterKind>(Enum.GetValues<FilterKind>()), small, large);
        TrafficWork[] works =
        [
            TrafficWork.RequestResponse,
            TrafficWork.Connect,
            TrafficWork.Stream,
            TrafficWork.ConnectedDatagram,
            TrafficWork.Datagram,
            TrafficWork.DatagramsTo(small),
            TrafficWork.DatagramsTo(large),
        ];
        TrafficRounds rounds = TrafficRounds.Run(
            stage.Scenarios, works, options, (scenario, work) => TrafficRounds.TimeEach(scenario, work, options));
        List<Row> rows = [];
        foreach (TrafficWork work in works)
        {
            rows.AddRange(stage.Scenarios.Where(scenario => scenario.Unfiltered is not null && scenario.CanDo(work))
                .OrderBy(static scenario => scenario.Kind)
                .Select(scenario => ToRow(rounds, scenario, work)));
        }

        Scenario ours = stage.Find(FilterKind.Ours, large);
        rows.Add(Compare(rounds, ours, stage.Find(FilterKind.IpSet, large), works[^1]) with { Target = Target.Ratio(1) });
        rows.Add(Compare(rounds, ours, stage.Find(FilterKind.Nft, large), works[^1]));
        rows.Add(Compare(rounds, ours, stage.Find(FilterKind.Trie, large), works[^1]));
        return rows;
    }

    private static Row ToRow(TrafficRounds rounds, Scenario scenario, TrafficWork work) =>
        new($"{work.Title}: {scenario.Name}", scenario.Unfiltered!.Name, [.. rounds[scenario, work].Zip(rounds[scenario.Unfiltered, work])])
        {
            Target = scenario.Kind == FilterKind.Ours ? Target.Ratio(work.Most) : null,
            Note = scenario.StopsTraffic ? "with its maps empty it lets no connection through" : "",
        };

    /// <summary>Two filters, each by the time without a filter in its own surroundings.</summary>
    private static Row Compare(TrafficRounds rounds, Scenario ours, Scenario other, TrafficWork work)
    {
        IReadOnlyList<double> time = rounds[ours, work], plain = rounds[ours.Unfiltered!, work];
        IReadOnlyList<double> otherTime = rounds[other, work], otherPlain = rounds[other.Unfiltered!, work];
        IEnumerable<(double, double)> pairs = time.Select((value, i) => (value, otherTime[i] * plain[i] / otherPlain[i]));
        return new Row($"{work.Title}: {ours.Name}", other.Name, [.. pairs])
        {
            Note = "each by its own \"no filter\"",
        };
    }
}

using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>What a run of the packet program takes under real traffic.</summary>
internal static class InSituSection
{
    // A program cannot take less than one that only returns; the difference of two measurements can.
    private const double LeastNs = 0.1;

    internal static async Task<IReadOnlyList<Row>> MeasureAsync(BenchOptions options)
    {
        HashSet<FilterKind> kinds = [FilterKind.Pass, FilterKind.Ours, FilterKind.Trie, FilterKind.Foreign];
        (int small, int large) = options.PolicySizes;
        await using Stage stage = await Stage.CreateAsync(options, kinds, small, large);
        TrafficWork[] works =
        [
            TrafficWork.RequestResponse, TrafficWork.ConnectedDatagram, TrafficWork.Datagram,
            TrafficWork.DatagramsTo(small), TrafficWork.DatagramsTo(large),
        ];
        Scenario pass = stage.Find(FilterKind.Pass);
        Scenario[] scenarios = [.. stage.Scenarios.Where(static scenario => scenario.Unfiltered is not null)];
        Dictionary<(Scenario, TrafficWork), List<double>> calls = [];
        using BpfStatistics statistics = BpfStatistics.Enable();
        TrafficRounds rounds = TrafficRounds.Run(scenarios, works, options, (scenario, work) => Measure(scenario, work, options, calls));

        List<Row> rows = [];
        foreach (TrafficWork work in works)
        {
            string least = $"returning 1 took {Median(rounds[pass, work])}";
            foreach (Scenario ours in scenarios.Where(scenario => scenario.Kind == FilterKind.Ours && scenario.CanDo(work)))
            {
                string more = calls.TryGetValue((ours, work), out List<double>? call) ? $"; sendmsg4 {Median(call)} more" : "";
                rows.Add(Compare(ours, stage.Find(FilterKind.Trie, ours.Networks), work) with { Note = least + more });
            }

            rows.AddRange(scenarios.Where(scenario => scenario.Kind == FilterKind.Foreign && scenario.CanDo(work))
                .Select(scenario => Compare(scenario, stage.Find(FilterKind.Ours, Math.Max(small, work.Destinations)), work)));
        }

        return rows;

        Row Compare(Scenario one, Scenario other, TrafficWork work) =>
            new($"{work.Title}: {one.Name}", other.Name, [.. Net(one, work).Zip(Net(other, work))]);

        IEnumerable<double> Net(Scenario scenario, TrafficWork work) =>
            rounds[scenario, work].Zip(rounds[pass, work], static (all, least) => Math.Max(LeastNs, all - least));
    }

    private static string Median(IEnumerable<double> values) => Quantity.Format(Spread.Of(values).Median, "ns");

    private static double Measure(
        Scenario scenario, TrafficWork work, BenchOptions options, Dictionary<(Scenario, TrafficWork), List<double>> calls)
    {
        RunTime packets = RunTime.Read(scenario, BpfAttachType.CgroupInetEgress);
        RunTime before = scenario.CgroupPath is null ? default : RunTime.Read(scenario, BpfAttachType.CgroupUdp4Sendmsg);
        TrafficRounds.TimeEach(scenario, work, options);
        if (scenario.CgroupPath is not null
            && RunTime.Read(scenario, BpfAttachType.CgroupUdp4Sendmsg).Since(before) is { } call)
        {
            if (!calls.TryGetValue((scenario, work), out List<double>? values))
            {
                calls.Add((scenario, work), values = []);
            }

            values.Add(call);
        }

        return RunTime.Read(scenario, BpfAttachType.CgroupInetEgress).Since(packets)
            ?? throw new InvalidOperationException($"The program of {scenario.Name} did not run ({work.Title}).");
    }
}

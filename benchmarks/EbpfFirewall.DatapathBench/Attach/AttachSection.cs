using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>Many sandboxes: the time to make and to end one, their memory, and what all of them cost the packets of one.</summary>
internal static class AttachSection
{
    internal static async Task<IReadOnlyList<Row>> MeasureAsync(BenchOptions options)
    {
        await using Stage stage = await Stage.CreateAsync(options, new HashSet<FilterKind> { FilterKind.Ours }, options.PolicySizes.Small);
        Scenario[] scenarios = [stage.Find(FilterKind.None), stage.Find(FilterKind.Ours, options.PolicySizes.Small)];
        (TrafficRounds times, TrafficRounds runs) alone = MeasurePackets(scenarios, options);

        int others = options.Attachments - 1;
        List<ISandbox> sandboxes = [];
        List<double> made = [], ended = [];
        double free = MachineMemory.ReadSettled(MachineMemory.Free);
        double memory;
        (TrafficRounds times, TrafficRounds runs) together;
        try
        {
            for (int i = 0; i < others; i++)
            {
                long start = Stopwatch.GetTimestamp();
                sandboxes.Add(await stage.SmallFirewall.CreateSandboxAsync("bench"));
                made.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds);
            }

            memory = (free - MachineMemory.ReadSettled(MachineMemory.Free)) / others;
            together = MeasurePackets(scenarios, options);
        }
        finally
        {
            foreach (ISandbox sandbox in sandboxes)
            {
                long start = Stopwatch.GetTimestamp();
                await sandbox.DisposeAsync();
                ended.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds);
            }
        }

        string count = string.Create(CultureInfo.InvariantCulture, $"{options.Attachments:N0} sandboxes");
        return
        [
            Row.Alone($"a sandbox made, up to {count}", made) with { Target = Target.Value(1e6), Note = Ends(made) },
            Row.Alone($"a sandbox ended, down from {count}", ended) with { Note = Ends(ended) },
            Row.Alone($"memory of one of {count}", [memory]) with { Unit = "B" },
            ToRow($"a datagram's time with {count}", together.times, alone.times, Drift),
            ToRow($"a run of the packet program with {count}", together.runs, alone.runs, static _ => 1),
        ];

        Row ToRow(string work, TrafficRounds later, TrafficRounds before, Func<int, double> drift)
        {
            IReadOnlyList<double> one = before[scenarios[1], TrafficWork.Datagram], all = later[scenarios[1], TrafficWork.Datagram];
            return new Row(work, "with one", [.. all.Select((value, i) => (value, one[i] * drift(i)))]) { Target = Target.Ratio(1.05) };
        }

        // The machine may have become slower or faster meanwhile, which traffic without a filter shows.
        double Drift(int i) => together.times[scenarios[0], TrafficWork.Datagram][i] / alone.times[scenarios[0], TrafficWork.Datagram][i];
    }

    private static (TrafficRounds Times, TrafficRounds Runs) MeasurePackets(Scenario[] scenarios, BenchOptions options)
    {
        TrafficWork[] works = [TrafficWork.Datagram];
        TrafficRounds times = TrafficRounds.Run(
            scenarios, works, options, (scenario, work) => TrafficRounds.TimeEach(scenario, work, options));
        using BpfStatistics statistics = BpfStatistics.Enable();
        return (times, TrafficRounds.Run(scenarios[1..], works, options, (scenario, work) =>
        {
            RunTime before = RunTime.Read(scenario, BpfAttachType.CgroupInetEgress);
            TrafficRounds.TimeEach(scenario, work, options);
            return RunTime.Read(scenario, BpfAttachType.CgroupInetEgress).Since(before)
                ?? throw new InvalidOperationException("The packet program did not run.");
        }));
    }

    /// <summary>Whether the last take longer than the first.</summary>
    private static string Ends(List<double> times)
    {
        int part = Math.Max(1, times.Count / 10);
        double first = Spread.Of(times.Take(part)).Median, last = Spread.Of(times.TakeLast(part)).Median;
        return $"first tenth {Quantity.Format(first, "ns")}, last {Quantity.Format(last, "ns")}";
    }
}

using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>Many sandboxes: the time to make and to end one, their memory, and what all of them cost the packets of one.</summary>
internal static class AttachSection
{
    internal static async Task<IReadOnlyList<Row>> MeasureAsync(BenchOptions options)
    {
        HashSet<FilterKind> kinds = [FilterKind.Ours, FilterKind.Pass];
        await using Stage stage = await Stage.CreateAsync(options, kinds, options.PolicySizes.Small);
        Scenario none = stage.Find(FilterKind.None), pass = stage.Find(FilterKind.Pass), ours = stage.Find(FilterKind.Ours);
        (TrafficRounds Times, TrafficRounds Runs) alone = MeasurePackets(none, pass, ours, options);

        int others = options.Attachments - 1;
        List<ISandbox> sandboxes = [];
        List<double> made = [], ended = [];
        double free = MachineMemory.ReadSettled(MachineMemory.Free);
        double memory;
        (TrafficRounds Times, TrafficRounds Runs) together;
        try
        {
            for (int i = 0; i < others; i++)
            {
                long start = Stopwatch.GetTimestamp();
                sandboxes.Add(await stage.SmallFirewall.CreateSandboxAsync("bench"));
                made.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds);
            }

            memory = (free - MachineMemory.ReadSettled(MachineMemory.Free)) / others;
            together = MeasurePackets(none, pass, ours, options);
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
            .. KernelSide.Measure(),
            Row.Alone($"a sandbox made, up to {count}", made) with { Note = Ends(made) },
            Row.Alone($"a sandbox ended, down from {count}", ended) with { Note = Ends(ended) },
            Row.Alone($"memory of one of {count}", [memory]) with { Unit = "B" },
            Compare($"a datagram's time with {count}", together.Times, alone.Times, none),
            Compare($"a run of the packet program with {count}", together.Runs, alone.Runs, pass),
        ];

        // The machine may have become slower or faster meanwhile, which a filter that does nothing shows.
        Row Compare(string work, TrafficRounds later, TrafficRounds before, Scenario nothing)
        {
            TrafficWork datagram = TrafficWork.Datagram;
            double[] drift = [.. later[nothing, datagram].Zip(before[nothing, datagram], static (now, then) => now / then)];
            double[] alone = [.. before[ours, datagram].Zip(drift, static (value, factor) => value * factor)];
            return new Row(work, "with one", [.. later[ours, datagram].Zip(alone)]) { Target = Target.Ratio(1.05) };
        }
    }

    private static (TrafficRounds Times, TrafficRounds Runs) MeasurePackets(
        Scenario none, Scenario pass, Scenario ours, BenchOptions options)
    {
        TrafficWork[] works = [TrafficWork.Datagram];
        TrafficRounds times = TrafficRounds.Run(
            [none, ours], works, options, (scenario, work) => TrafficRounds.TimeEach(scenario, work, options));
        using BpfStatistics statistics = BpfStatistics.Enable();
        return (times, TrafficRounds.Run([pass, ours], works, options, (scenario, work) =>
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

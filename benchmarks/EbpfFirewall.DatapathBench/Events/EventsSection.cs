using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>Events a second that arrive in C#, and in yardstick.c with the same way of waiting.</summary>
internal static class EventsSection
{
    private const int PerRun = 4096;
    private const string Against = "a raw reader in C";

    // The reader of the firewall, Kernel/KernelEvents.cs.
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(2);

    internal static IReadOnlyList<Row> Measure(BenchOptions options)
    {
        string path = options.BuiltFile("events.bpf.o");
        int count = options.Quick ? 1 << 20 : 8 << 20;
        BpfObjectSpec spec = BpfObjectSpec.Parse(File.ReadAllBytes(path), "events.bpf.o");
        Yardstick yardstick = new(options.BuiltFile("yardstick"), path);
        List<(double, double)> times = [], computed = [];
        long lost = 0, lostByC = 0;
        Read(spec, count / 4); // for the compiler
        for (int round = 0; round < options.Rounds; round++)
        {
            // Who is first takes turns, too.
            Sample ours = round % 2 == 0 ? Read(spec, count) : default;
            Sample c = yardstick.Run("events", count);
            ours = round % 2 == 0 ? ours : Read(spec, count);
            if (ours.Lost == 0 && c.Lost == 0 && ours.Sum != c.Sum)
            {
                throw new InvalidOperationException($"C read events that sum up to {c.Sum}, C# to {ours.Sum}: it is not the same work.");
            }

            lost += ours.Lost;
            lostByC += c.Lost;
            times.Add(((double)ours.Nanoseconds / count, (double)c.Nanoseconds / count));
            computed.Add(((double)ours.CpuNanoseconds / count, (double)c.CpuNanoseconds / count));
        }

        if (lost > 0)
        {
            throw new InvalidOperationException($"C# lost {lost} events and C {lostByC}: a reader that loses events is not measured.");
        }

        Row rate = new("an event made and read", Against, times);
        string note = string.Create(CultureInfo.InvariantCulture, $"{1e3 / rate.Ours.Median:F1} million a second; lost 0, C {lostByC}");
        return
        [
            rate with { Target = Target.Ratio(1 / 0.95), Note = note },
            new Row("what the reader computes for an event", Against, computed),
        ];
    }

    private static Sample Read(BpfObjectSpec spec, int count)
    {
        using BpfObject loaded = BpfObject.Load(spec.Copy());
        using RingBufferReader ring = new(loaded.Maps["ring"]);
        BpfProgram stream = loaded.Programs["stream"];
        bool ended = false;
        Thread producer = new(() =>
        {
            stream.TestRun(new byte[64], repeat: count / PerRun);
            Volatile.Write(ref ended, true);
            ring.Wake();
        });
        ulong sum = 0;
        long seen = 0;
        bool last;
        long computed = Computed();
        long start = Stopwatch.GetTimestamp();
        producer.Start();
        do
        {
            ring.Wait(Timeout.InfiniteTimeSpan);
            last = Volatile.Read(ref ended);
            foreach (ReadOnlySpan<byte> record in ring.Read())
            {
                sum += MemoryMarshal.Read<EventRecord>(record).TimeNs;
                seen++;
            }

            if (!last)
            {
                Thread.Sleep(GatherTime);
            }
        }
        while (!last);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        computed = Computed() - computed;
        producer.Join();
        return new Sample((long)elapsed.TotalNanoseconds, sum, (count / PerRun * PerRun) - seen, computed);
    }

    /// <summary>Nanoseconds that this thread has computed.</summary>
    private static long Computed() =>
        long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using EbpfFirewall.Native;

namespace EbpfFirewall.KernelBench;

/// <summary>What yardstick.c does, with this library: each returns nanoseconds and a check sum that must be C's.</summary>
internal sealed class Workloads(byte[] image)
{
    private const int Batch = 4096;
    private static readonly byte[] Packet = [.. new byte[12], 8, .. new byte[51]];

    internal (long Nanoseconds, ulong Sum) Run(string work, int count) => work switch
    {
        "load" => Load(count),
        "update" => OnTable(count, filled: false, Update),
        "batch" => OnTable(count, filled: false, static (t, n) => Fill(t, n)),
        "lookup" => OnTable(count, filled: true, LookUp),
        "iterate" => OnTable(count, filled: true, static (t, _) => Iterate(t)),
        "ring" => Ring(count),
        _ => throw new ArgumentOutOfRangeException(nameof(work), work, "no such workload"),
    };

    private (long Nanoseconds, ulong Sum) Load(int count)
    {
        LoadSmall();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            LoadSmall();
        }

        return (Elapsed(start), 0);
    }

    /// <summary>Memory for large maps would drown what the loader does.</summary>
    private void LoadSmall()
    {
        BpfObjectSpec spec = BpfObjectSpec.Parse(image);
        spec.Maps["table"].MaxEntries = 1024;
        spec.Maps["ring"].MaxEntries = 4096;
        BpfObject.Load(spec).Dispose();
    }

    private (long Nanoseconds, ulong Sum) OnTable(int count, bool filled, Func<BpfMap<ulong, ulong>, int, ulong> work)
    {
        using BpfObject loaded = BpfObject.Load(BpfObjectSpec.Parse(image));
        BpfMap<ulong, ulong> table = loaded.Maps["table"].As<ulong, ulong>();
        if (filled)
        {
            Fill(table, count);
        }

        long start = Stopwatch.GetTimestamp();
        ulong sum = work(table, count);
        return (Elapsed(start), sum);
    }

    private static ulong Update(BpfMap<ulong, ulong> table, int count)
    {
        for (ulong i = 0; i < (ulong)count; i++)
        {
            table.Set(in i, in i);
        }

        return 0;
    }

    private static ulong Fill(BpfMap<ulong, ulong> table, int count)
    {
        ulong[] keys = new ulong[Batch];
        for (int at = 0; at < count; at += Batch)
        {
            Span<ulong> part = keys.AsSpan(0, Math.Min(Batch, count - at));
            for (int i = 0; i < part.Length; i++)
            {
                part[i] = (ulong)(at + i);
            }

            table.SetMany(part, part);
        }

        return 0;
    }

    private static ulong LookUp(BpfMap<ulong, ulong> table, int count)
    {
        ulong sum = 0;
        for (ulong i = 0; i < (ulong)count; i++)
        {
            sum += table.TryGetValue(in i, out ulong value) ? value : 0;
        }

        return sum;
    }

    private static ulong Iterate(BpfMap<ulong, ulong> table)
    {
        ulong[] keys = new ulong[Batch];
        ulong[] values = new ulong[Batch];
        BpfBatchCursor cursor = new();
        ulong sum = 0;
        while (!cursor.IsAtEnd)
        {
            int count = table.ReadBatch(cursor, keys, values);
            foreach (ulong value in values.AsSpan(0, count))
            {
                sum += value;
            }
        }

        return sum;
    }

    private (long Nanoseconds, ulong Sum) Ring(int count)
    {
        using BpfObject loaded = BpfObject.Load(BpfObjectSpec.Parse(image));
        using RingBufferReader reader = new(loaded.Maps["ring"]);
        BpfProgram produce = loaded.Programs["produce"];
        ulong sum = 0;
        long elapsed = 0;
        for (int seen = 0; seen < count;)
        {
            produce.TestRun(Packet);
            long start = Stopwatch.GetTimestamp();
            foreach (ReadOnlySpan<byte> record in reader.Read())
            {
                sum += MemoryMarshal.Read<ulong>(record);
                seen++;
            }

            elapsed += Elapsed(start);
        }

        return (elapsed, sum);
    }

    private static long Elapsed(long start) => (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds;
}

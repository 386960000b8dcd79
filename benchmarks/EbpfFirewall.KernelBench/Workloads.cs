using System.Runtime.InteropServices;
using EbpfFirewall.Native;

namespace EbpfFirewall.KernelBench;

/// <summary>What yardstick.c does, with this library.</summary>
internal sealed class Workloads(byte[] image)
{
    private const int Batch = 4096;
    private static readonly byte[] Packet = [.. new byte[12], 8, .. new byte[51]];

    internal Sample Run(string work, int count) => work switch
    {
        "load" => Load(count),
        "update" => OnTable(count, filled: false, Update),
        "batch" => OnTable(count, filled: false, Fill),
        "lookup" => OnTable(count, filled: true, LookUp),
        "iterate" => OnTable(count, filled: true, Enumerate),
        "ring" => Ring(count),
        "stream" => Stream(count),
        _ => throw new ArgumentOutOfRangeException(nameof(work), work, "no such workload"),
    };

    private Sample Load(int count)
    {
        LoadSmall();
        Meter meter = Meter.Start();
        for (int i = 0; i < count; i++)
        {
            LoadSmall();
        }

        return meter.Stop(0);
    }

    /// <summary>Memory for large maps would drown what the loader does.</summary>
    private void LoadSmall()
    {
        BpfObjectSpec spec = BpfObjectSpec.Parse(image);
        spec.Maps["table"].MaxEntries = 1024;
        spec.Maps["ring"].MaxEntries = 4096;
        BpfObject.Load(spec).Dispose();
    }

    private Sample OnTable(int count, bool filled, Func<BpfMap<ulong, ulong>, int, ulong> work)
    {
        using BpfObject loaded = BpfObject.Load(BpfObjectSpec.Parse(image));
        BpfMap<ulong, ulong> table = loaded.Maps["table"].As<ulong, ulong>();
        if (filled)
        {
            Fill(table, count);
        }

        Meter meter = Meter.Start();
        return meter.Stop(work(table, count));
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

    private static ulong Enumerate(BpfMap<ulong, ulong> table, int count)
    {
        ulong sum = 0;
        foreach (KeyValuePair<ulong, ulong> element in table.Enumerate())
        {
            sum += element.Value;
        }

        return sum;
    }

    private Sample Ring(int count)
    {
        using BpfObject loaded = BpfObject.Load(BpfObjectSpec.Parse(image));
        using RingBufferReader reader = new(loaded.Maps["ring"]);
        BpfProgram fill = loaded.Programs["fill"];
        Tally tally = default;
        Sample total = default;
        while (tally.Seen < count)
        {
            fill.TestRun(Packet);
            Meter meter = Meter.Start();
            Read(reader, ref tally);
            Sample part = meter.Stop(tally.Sum);
            total = part with { Nanoseconds = total.Nanoseconds + part.Nanoseconds, AllocatedBytes = total.AllocatedBytes + part.AllocatedBytes };
        }

        return total;
    }

    /// <summary>Another thread produces meanwhile, and this one looks every millisecond.</summary>
    private Sample Stream(int count)
    {
        const int PerRun = 4096;
        using BpfObject loaded = BpfObject.Load(BpfObjectSpec.Parse(image));
        using RingBufferReader reader = new(loaded.Maps["ring"]);
        BpfProgram stream = loaded.Programs["stream"];
        Thread producer = new(() => stream.TestRun(Packet, repeat: count / PerRun));
        Tally tally = default;
        Meter meter = Meter.Start();
        producer.Start();
        bool ended;
        do
        {
            ended = producer.Join(1);
            Read(reader, ref tally);
        }
        while (!ended);

        return meter.Stop(0) with { Lost = (count / PerRun * PerRun) - tally.Seen };
    }

    private static void Read(RingBufferReader reader, ref Tally tally)
    {
        ulong sum = 0;
        int seen = 0;
        foreach (ReadOnlySpan<byte> record in reader.Read())
        {
            sum += MemoryMarshal.Read<ulong>(record);
            seen++;
        }

        tally = new Tally(tally.Sum + sum, tally.Seen + seen);
    }
}

using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>Networks into force, one learned address, and the memory that they take.</summary>
internal static class LoadSection
{
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1);

    internal static IEnumerable<Row> Measure(BenchOptions options)
    {
        BpfObjectSpec spec = BpfObjectSpec.Parse(File.ReadAllBytes(options.BuiltFile("datapath.bpf.o")), "datapath.bpf.o");
        (uint Address, int Length)[] networks = Networks.V4(options.Quick ? 100_000 : 1_000_000, crowded: false);
        int rounds = options.Quick ? 3 : 5;
        foreach (Row row in IntoForce(spec, networks, rounds))
        {
            yield return row;
        }

        yield return Learn(spec, options);
        yield return Memory(spec, networks, rounds);
    }

    private static IReadOnlyList<Row> IntoForce(BpfObjectSpec spec, (uint Address, int Length)[] networks, int rounds)
    {
        uint lines = NetworkLines.Count(networks, []);
        ulong[] keys = [.. networks.Select(LookUpObject.TrieKey)];
        uint[] values = [.. Enumerable.Repeat(1u, keys.Length)];
        WarmUp(() => OnFresh(tables => NetworkLines.Publish(tables.Memory, networks, [])));
        using IpSetYardstick ipset = new(networks);
        List<(double, double)> each = [], batch = [], sets = [];
        for (int round = 0; round < rounds; round++)
        {
            double ours = OnFresh(tables => NetworkLines.Publish(tables.Memory, networks, []));
            each.Add((ours, OnFresh(tables => tables.FillTrie(networks))));
            batch.Add((ours, OnFresh(tables => tables.FillTrieInBatches(keys, values))));
            sets.Add((ours, ipset.Restore().TotalNanoseconds / networks.Length));
        }

        string work = string.Create(CultureInfo.InvariantCulture, $"{networks.Length:N0} IPv4 networks into force, each");
        return
        [
            new Row(work, "the trie, one by one", each) { Target = Target.Ratio(1.0 / 40) },
            new Row(work, "the trie, sorted, in batches", batch),
            new Row(work, "`ipset restore`", sets) { Target = Target.Ratio(1.0 / 80) },
        ];

        double OnFresh(Action<LookUpObject> fill)
        {
            using LookUpObject tables = new(spec, lines, networks.Length);
            long start = Stopwatch.GetTimestamp();
            fill(tables);
            return Stopwatch.GetElapsedTime(start).TotalNanoseconds / networks.Length;
        }
    }

    /// <summary>Until the compiler has taken its last look at the code, which it does in the background.</summary>
    private static void WarmUp(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            work();
        }
        while (Stopwatch.GetElapsedTime(start) < WarmUpTime);
    }

    private static Row Learn(BpfObjectSpec template, BenchOptions options)
    {
        const int Addresses = 20_000;
        const uint Room = 1 << 17;
        AddressRecord[] addresses = [.. Enumerable.Range(0, Addresses).Select(i =>
            AddressRecord.From(new IPAddress((long)BinaryPrimitives.ReverseEndianness(0x0a00_0000u + (uint)i))))];
        LeaseSlots leases = default;
        leases[0] = LearnedLines.Lease(1, (ushort)NetworkLines.SomeClass);
        List<(double, double)> results = [];
        using RealTimeThread thread = new(options.BuiltFile("traffic"));
        WarmUp(() => thread.Run(Round));
        for (int round = 0; round < options.Rounds; round++)
        {
            results.Add(thread.Run(Round));
        }

        return new Row("a learned address", "an update of a hash", results) { Target = Target.Ratio(1.0 / 30) };

        (double Ours, double Hash) Round()
        {
            using LookUpObject tables = new(template, Room + 1, 1);
            LearnedLines learned = new(tables.Memory, 1, Room, 7);
            tables.Memory.Bytes.Clear(); // its pages are there before the clock starts, as they are in a running firewall
            BpfMap<AddressRecord, LearnedRecord> hash = tables.Hash;
            long start = Stopwatch.GetTimestamp();
            foreach (AddressRecord address in addresses)
            {
                learned.TryWrite(address, leases);
            }

            double ours = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            start = Stopwatch.GetTimestamp();
            foreach (AddressRecord address in addresses)
            {
                hash.Set(address, default);
            }

            return (ours / Addresses, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Addresses);
        }
    }

    private static Row Memory(BpfObjectSpec spec, (uint Address, int Length)[] networks, int rounds)
    {
        uint lines = NetworkLines.Count(networks, []);
        List<(double, double)> results = [];
        for (int round = 0; round < rounds; round++)
        {
            using LookUpObject tables = new(spec, lines, networks.Length);
            double before = MachineMemory.ReadSettled(MachineMemory.Slab);
            tables.FillTrie(networks);
            double trie = MachineMemory.ReadSettled(MachineMemory.Slab) - before;
            results.Add(((double)lines * LineRecord.SizeBytes / networks.Length, trie / networks.Length));
        }

        // The machine lives meanwhile; a trie smaller than its keys says that somebody else gave more back.
        return results.All(static result => result.Item2 >= sizeof(ulong))
            ? new Row(string.Create(CultureInfo.InvariantCulture, $"memory of one of {networks.Length:N0} networks"), "the trie", results)
            {
                Unit = "B",
                Target = Target.Ratio(0.25),
            }
            : throw new InvalidOperationException("The memory of the trie could not be measured: too much else changes on this machine.");
    }
}

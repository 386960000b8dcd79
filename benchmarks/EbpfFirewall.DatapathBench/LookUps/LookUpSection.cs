using System.Globalization;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>Look-ups in test runs: ours, the kernel's trie and its hash, each less what the same program takes without one.</summary>
internal static class LookUpSection
{
    private const string Trie = "the kernel's LPM trie";
    private const string Hash = "the kernel's hash";

    // A look-up cannot take less than nothing; the difference of two runs can.
    private const double LeastNs = 0.1;

    internal static IEnumerable<Row> Measure(BenchOptions options)
    {
        BpfObjectSpec spec = BpfObjectSpec.Parse(File.ReadAllBytes(options.BuiltFile("datapath.bpf.o")), "datapath.bpf.o");
        return from networks in options.Quick ? (int[])[10, 1_000] : [10, 1_000, 100_000, 1_000_000]
               from crowded in (bool[])[false, true]
               from row in Measure(spec, networks, crowded, options)
               select row;
    }

    private static IEnumerable<Row> Measure(BpfObjectSpec spec, int networks, bool crowded, BenchOptions options)
    {
        (uint Address, int Length)[] v4 = Networks.V4(networks, crowded);
        (UInt128 Address, int Length)[] v6 = crowded ? [] : Networks.V6(networks);
        using LookUpObject tables = new(spec, NetworkLines.Count(v4, v6), networks);
        NetworkLines.Publish(tables.Memory, v4, v6);
        tables.FillTrie(v4);
        tables.FillTrie(v6);
        tables.FillHash(Networks.Addresses4(networks, crowded));

        double bytes = (double)NetworkLines.Count(v4, []) * LineRecord.SizeBytes / v4.Length;
        string kind = crowded ? ", crowded" : "";
        foreach (bool hot in (bool[])[true, false])
        {
            string how = hot ? "one address" : "random";
            tables.Ask(hot ? 1 : networks, crowded);
            string work = string.Create(CultureInfo.InvariantCulture, $"{networks:N0} networks{kind}, {how}");
            (Row trie, Row hash) = Compare4(tables, $"IPv4, {work}", options);
            Target? target = TargetOf(networks, crowded, hot);
            yield return trie with { Target = target, Note = $"{Quantity.Format(bytes, "B")} a network" };
            yield return hash;
            if (!crowded)
            {
                yield return Compare6(tables, $"IPv6, {work}", options) with { Target = target };
            }
        }
    }

    private static Target? TargetOf(int networks, bool crowded, bool hot) => (networks, crowded, hot) switch
    {
        ( >= 100_000, _, true) => Target.Ratio(0.12),
        ( >= 1_000, _, true) => Target.Ratio(0.20),
        (1_000_000, false, false) => Target.Ratio(0.10),
        (1_000_000, true, false) => Target.Ratio(0.15),
        _ => null,
    };

    private static (Row Trie, Row Hash) Compare4(LookUpObject tables, string work, BenchOptions options)
    {
        List<(double, double)> trie = [], hash = [];
        int repeat = options.TestRuns;
        tables.Run("lines4", repeat);
        for (int round = 0; round < options.Rounds; round++)
        {
            double none = tables.Run("none4", repeat);
            double ours = Math.Max(LeastNs, tables.Run("lines4", repeat) - none);
            trie.Add((ours, Math.Max(LeastNs, tables.Run("lpm4", repeat) - none)));
            hash.Add((ours, Math.Max(LeastNs, tables.Run("hash4", repeat) - none)));
        }

        return (new Row(work, Trie, trie), new Row(work, Hash, hash));
    }

    private static Row Compare6(LookUpObject tables, string work, BenchOptions options)
    {
        List<(double, double)> rounds = [];
        int repeat = options.TestRuns;
        tables.Run("lines6", repeat);
        for (int round = 0; round < options.Rounds; round++)
        {
            double none = tables.Run("none6", repeat);
            double ours = Math.Max(LeastNs, tables.Run("lines6", repeat) - none);
            rounds.Add((ours, Math.Max(LeastNs, tables.Run("lpm6", repeat) - none)));
        }

        return new Row(work, Trie, rounds);
    }
}

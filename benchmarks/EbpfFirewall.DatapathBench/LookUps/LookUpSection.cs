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
        using RealTimeThread thread = new(options.BuiltFile("traffic"));
        foreach (int networks in options.Quick ? (int[])[10, 1_000] : [10, 1_000, 100_000, 1_000_000])
        {
            foreach (bool crowded in (bool[])[false, true])
            {
                foreach (Row row in Measure(spec, networks, crowded, options, thread))
                {
                    yield return row;
                }
            }
        }
    }

    private static IEnumerable<Row> Measure(BpfObjectSpec spec, int networks, bool crowded, BenchOptions options, RealTimeThread thread)
    {
        (uint Address, int Length)[] v4 = Networks.V4(networks, crowded);
        (UInt128 Address, int Length)[] v6 = crowded ? [] : Networks.V6(networks);
        using LookUpObject tables = new(spec, NetworkLines.Count(v4, v6), networks);
        double Run(string program) => thread.Run(() => tables.Run(program, options.TestRuns));

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
            (Row trie, Row hash) = Compare4(Run, $"IPv4, {work}", options.Rounds);
            Target? target = TargetOf(networks, crowded, hot);
            yield return trie with { Target = target, Note = $"{Quantity.Format(bytes, "B")} a network" };
            yield return hash;
            if (!crowded)
            {
                yield return Compare6(Run, $"IPv6, {work}", options.Rounds) with { Target = target };
            }
        }
    }

    private static Target? TargetOf(int networks, bool crowded, bool hot) => (networks, crowded, hot) switch
    {
        ( >= 100_000, false, true) => Target.Ratio(0.12),
        ( >= 1_000, false, true) => Target.Ratio(0.20),
        (1_000_000, false, false) => Target.Ratio(0.10),
        (1_000_000, true, false) => Target.Ratio(0.15),
        _ => null,
    };

    private static (Row Trie, Row Hash) Compare4(Func<string, double> run, string work, int rounds)
    {
        List<(double, double)> trie = [], hash = [];
        run("lines4");
        for (int round = 0; round < rounds; round++)
        {
            double none = run("none4");
            double ours = Math.Max(LeastNs, run("lines4") - none);
            trie.Add((ours, Math.Max(LeastNs, run("lpm4") - none)));
            hash.Add((ours, Math.Max(LeastNs, run("hash4") - none)));
        }

        return (new Row(work, Trie, trie), new Row(work, Hash, hash));
    }

    private static Row Compare6(Func<string, double> run, string work, int rounds)
    {
        List<(double, double)> results = [];
        run("lines6");
        for (int round = 0; round < rounds; round++)
        {
            double none = run("none6");
            double ours = Math.Max(LeastNs, run("lines6") - none);
            results.Add((ours, Math.Max(LeastNs, run("lpm6") - none)));
        }

        return new Row(work, Trie, results);
    }
}

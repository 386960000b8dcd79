using EbpfFirewall.DatapathBench;
using EbpfFirewall.Native;

// usage: DatapathBench OBJECT [--quick] [--results FOLDER]
if (args.Length < 1)
{
    Console.Error.WriteLine("usage: DatapathBench OBJECT [--quick] [--results FOLDER]");
    return 64;
}

bool quick = args.Contains("--quick");
int rounds = quick ? 3 : 11;
int repeat = quick ? 20_000 : 200_000;
BpfObjectSpec spec = BpfObjectSpec.Parse(File.ReadAllBytes(args[0]), "datapath.bpf.o");
List<Row> rows = [];
foreach (int networks in quick ? (int[])[10, 1_000] : [10, 1_000, 100_000, 1_000_000])
{
    Add(Bench.LookUps(spec, networks, crowded: false, rounds, repeat));
    Add(Bench.LookUps(spec, networks, crowded: true, rounds, repeat));
}

Add([Bench.Load(spec, quick ? 10_000 : 1_000_000, quick ? 3 : 5)]);
Add([Bench.Learn(spec, rounds)]);
Add(Attachments.Measure(quick ? 5 : 50));

Report report = new(rows);
Console.Write(report.ToMarkdown());
if (Array.IndexOf(args, "--results") is >= 0 and int at && at + 1 < args.Length)
{
    File.WriteAllText(Path.Combine(args[at + 1], "datapath-benchmarks.md"), report.ToMarkdown());
    File.WriteAllText(Path.Combine(args[at + 1], "datapath-benchmarks.json"), report.ToJson());
}

return 0;

void Add(IEnumerable<Row> measured)
{
    foreach (Row row in measured)
    {
        Console.Error.WriteLine($"{row.Work}: {row.Ratio.Median:F3} of {row.Yardstick}");
        rows.Add(row);
    }
}

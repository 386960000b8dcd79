using System.Diagnostics;
using EbpfFirewall.KernelBench;

// usage: KernelBench OBJECT YARDSTICK [--quick] [--only NAME,...] [--results FOLDER]: C and C# take turns, round by round.
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: KernelBench OBJECT YARDSTICK [--quick] [--only NAME,...] [--results FOLDER]");
    return 64;
}

bool quick = args.Contains("--quick");
string[]? only = Option("--only")?.Split(',');
int rounds = quick ? 3 : 11;
Machine machine = new();
Workloads workloads = new(File.ReadAllBytes(args[0]));
Yardstick yardstick = new(args[1], args[0]);
List<Result> results = [];
foreach (Work work in Work.All.Where(w => only?.Contains(w.Name) ?? true).Select(w => quick ? w with { Count = w.Count / 20 } : w))
{
    Console.Error.WriteLine($"{work.Title}, against {work.Reference}");
    WarmUp(work);
    List<(Sample C, Sample Net)> pairs = [];
    for (int round = 0; round < rounds; round++)
    {
        // Who is first takes turns, too: each leaves the kernel memory to free.
        Sample net = round % 2 == 0 ? default : workloads.Run(work.Name, work.Count);
        Sample c = yardstick.Run(work.Yardstick, work.Count);
        net = round % 2 == 0 ? workloads.Run(work.Name, work.Count) : net;
        if (c.Sum != net.Sum)
        {
            Console.Error.WriteLine($"{work.Title}: C sums {c.Sum}, C# {net.Sum}: not the same work");
            return 1;
        }

        pairs.Add((c, net));
    }

    results.Add(new Result(work, pairs));
}

Report report = new(machine, results);
Console.Write(report.ToMarkdown());
if (Option("--results") is { } folder)
{
    File.WriteAllText(Path.Combine(folder, "native-benchmarks.md"), report.ToMarkdown());
    File.WriteAllText(Path.Combine(folder, "native-benchmarks.json"), report.ToJson());
}

return 0;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : null;

// Until the compiler has taken its last look at the code, which it does in the background.
void WarmUp(Work work)
{
    TimeSpan least = TimeSpan.FromSeconds(quick ? 0.5 : 3);
    long start = Stopwatch.GetTimestamp();
    do
    {
        workloads.Run(work.Name, Math.Max(1, work.Count / 10));
    }
    while (Stopwatch.GetElapsedTime(start) < least);
}

using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.KernelBench;

// usage: KernelBench OBJECT YARDSTICK [--quick]: C and C# take turns, round by round; a Markdown table of medians and ratios comes out.
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: KernelBench OBJECT YARDSTICK [--quick]");
    return 64;
}

bool quick = args.Contains("--quick");
int scale = quick ? 20 : 1;
int rounds = quick ? 3 : 11;
(string Work, int Count, string Unit)[] plan =
[
    ("load", 200 / scale, "object"), ("update", 1_000_000 / scale, "update"), ("batch", 1_000_000 / scale, "update"),
    ("lookup", 1_000_000 / scale, "look-up"), ("iterate", 1_000_000 / scale, "entry"), ("ring", (8 << 20) / scale, "record"),
];
Workloads workloads = new(File.ReadAllBytes(args[0]));

Console.WriteLine($"Medians of {rounds} interleaved rounds, ns. A ratio above 1 means that EbpfFirewall.Native is the faster one.\n");
Console.WriteLine("| work | n | C, libbpf | EbpfFirewall.Native | ratio |\n|---|---|---|---|---|");
foreach ((string work, int count, string unit) in plan)
{
    List<double> theirs = [];
    List<double> ours = [];
    workloads.Run(work, count);
    for (int round = 0; round < rounds; round++)
    {
        (long Nanoseconds, ulong Sum) c = RunYardstick(args[1], args[0], work, count);
        (long Nanoseconds, ulong Sum) net = workloads.Run(work, count);
        if (c.Sum != net.Sum)
        {
            Console.Error.WriteLine($"{work}: C sums {c.Sum}, .NET {net.Sum}: not the same work");
            return 1;
        }

        theirs.Add((double)c.Nanoseconds / count);
        ours.Add((double)net.Nanoseconds / count);
    }

    (double them, double us) = (Median(theirs), Median(ours));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {work} | {count} | {them:F1} per {unit} | {us:F1} | {them / us:F2} |"));
}

return 0;

static double Median(List<double> values)
{
    values.Sort();
    return values[values.Count / 2];
}

static (long Nanoseconds, ulong Sum) RunYardstick(string yardstick, string image, string work, int count)
{
    ProcessStartInfo start = new(yardstick, [image, work, count.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
    using Process process = Process.Start(start)!;
    string[] words = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
    process.WaitForExit();
    return process.ExitCode == 0
        ? (long.Parse(words[0], CultureInfo.InvariantCulture), ulong.Parse(words[1], CultureInfo.InvariantCulture))
        : throw new InvalidOperationException($"{yardstick} {work} ended with {process.ExitCode}");
}

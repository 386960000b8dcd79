using System.Globalization;
using EbpfFirewall;
using EbpfFirewall.DatapathBench;
using EbpfFirewall.Native;

// usage: DatapathBench FOLDER [...], where ./bench has put what it compiled; the rest is BenchOptions.Usage.
if (args.Contains("--help"))
{
    Console.WriteLine(BenchOptions.Usage);
    return 0;
}

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (UsageException error)
{
    Console.Error.WriteLine($"bench: {error.Message}\n\n{BenchOptions.Usage}");
    return 64;
}

if (options.Sections.Any(static section => section.NeedsNetwork) && !BenchNetwork.IsInside)
{
    return BenchNetwork.RunInside(args);
}

Machine machine = new();
List<(Section, IReadOnlyList<Row>)> parts = [];
int failures = 0;
foreach (Section section in options.Sections)
{
    Console.Error.WriteLine($"-- {section.Title}");
    try
    {
        List<Row> rows = [];
        await foreach (Row row in Measurements.Of(section, options))
        {
            string ratio = row.Ratio is { } spread
                ? string.Create(CultureInfo.InvariantCulture, $", {spread.Median:F3} of {row.Against}")
                : "";
            Console.Error.WriteLine($"{row.Work}: {Quantity.Format(row.Ours, row.Unit)}{ratio}");
            rows.Add(row);
        }

        parts.Add((section, rows));
    }
    catch (UsageException error)
    {
        Console.Error.WriteLine($"bench: {error.Message}");
        return 64;
    }
    catch (Exception error) when (error is not OutOfMemoryException)
    {
        // The others can still be measured, but nobody may take the whole for complete.
        bool isExpected = error is InvalidOperationException or BpfException or EgressFirewallException;
        Console.Error.WriteLine($"bench: {section.Name} could not be measured: {(isExpected ? error.Message : error)}");
        failures++;
    }
}

Report report = new(machine.ToString(), parts);
Console.Write(report.ToMarkdown());
if (failures > 0)
{
    string written = options.ResultsFolder is null ? "" : "; nothing was written";
    Console.Error.WriteLine($"bench: {failures} of {options.Sections.Count} sections could not be measured{written}.");
    return 1;
}

if (options.ResultsFolder is { } folder)
{
    File.WriteAllText(Path.Combine(folder, "datapath-benchmarks.md"), report.ToMarkdown());
    File.WriteAllText(Path.Combine(folder, "datapath-benchmarks.json"), report.ToJson());
}

return 0;

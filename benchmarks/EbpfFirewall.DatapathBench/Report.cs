using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace EbpfFirewall.DatapathBench;

/// <summary>The rows as Markdown for readers and as JSON for tools.</summary>
internal sealed class Report(IReadOnlyList<Row> rows)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly string _machine = string.Create(CultureInfo.InvariantCulture, $"""
        Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, {Processor()}, {Environment.ProcessorCount} CPUs, {RuntimeInformation.FrameworkDescription}, load at the start {File.ReadAllText("/proc/loadavg").Split(' ')[0]}, {DateTime.UtcNow:yyyy-MM-dd}
        """);

    internal string ToMarkdown()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # The datapath against the kernel's own tables

            Written by `./bench --datapath`. {_machine}.

            Ours and the yardstick do the same work in the same kernel by turns. A ratio is that of one round, ours by the yardstick's: **below 1 ours is the faster one**. Look-ups are test
            runs of programs that differ in the look-up alone; what the same program takes without one is subtracted. Compare ratios: nanoseconds are this machine's.

            | work | against | ratio, median (min–max) | ours, ns (min–max) | yardstick, ns (min–max) | |
            |---|---|---|---|---|---|

            """);
        foreach (Row row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Work} | {row.Yardstick} | **{row.Ratio.Median:F3}** ({row.Ratio.Min:F3}–{row.Ratio.Max:F3}) | {Ns(row.Ours)} | {Ns(row.Theirs)} | {row.Note} |");
        }

        return text.ToString();
    }

    internal string ToJson() => JsonSerializer.Serialize(
        new
        {
            machine = _machine,
            rows = rows.Select(static row => new
            {
                work = row.Work,
                against = row.Yardstick,
                ratio = Math.Round(row.Ratio.Median, 4),
                note = row.Note,
                roundsNanoseconds = row.Rounds.Select(static round => new[] { Math.Round(round.Ours, 2), Math.Round(round.Theirs, 2) }),
            }),
        },
        Indented) + "\n";

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[1] ?? "unknown processor";

    private static string Ns((double Min, double Median, double Max) spread) =>
        string.Create(CultureInfo.InvariantCulture, $"{spread.Median:N1} ({spread.Min:N1}–{spread.Max:N1})");
}

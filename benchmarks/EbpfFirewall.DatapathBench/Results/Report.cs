using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EbpfFirewall.DatapathBench;

/// <summary>The rows as Markdown for readers and as JSON for tools.</summary>
internal sealed class Report(string machine, IReadOnlyList<(Section Section, IReadOnlyList<Row> Rows)> parts)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    internal string ToMarkdown()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # The datapath against what else there is

            Written by `./bench --datapath`. {machine}.

            Ours and the yardstick do the same work in the same kernel by turns. A ratio is that of one round, ours by the yardstick's,
            and **below 1 ours takes less**; shown are the median and the least and largest of all rounds. Compare ratios: times are
            this machine's.

            """);
        foreach ((Section section, IReadOnlyList<Row> rows) in parts)
        {
            text.Append(CultureInfo.InvariantCulture, $"""

                ## {section.Title}

                {section.Method}

                | work | against | ratio | target | ours | yardstick | rounds | |
                |---|---|---|---|---|---|---|---|

                """);
            foreach (Row row in rows)
            {
                string times = $"{Quantity.Format(row.Ours, row.Unit)} | {Yardstick(row)}";
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {row.Work} | {row.Against ?? "–"} | {Ratio(row)} | {TargetOf(row)} | {times} | {row.Rounds.Count} | {row.Note} |");
            }
        }

        return text.ToString();
    }

    internal string ToJson() => JsonSerializer.Serialize(
        new
        {
            machine,
            sections = parts.Select(static part => new
            {
                name = part.Section.Name,
                rows = part.Rows.Select(static row => new
                {
                    work = row.Work,
                    against = row.Against,
                    unit = row.Unit,
                    ours = Math.Round(row.Ours.Median, 3),
                    ratio = row.Ratio is { } ratio ? Math.Round(ratio.Median, 4) : (double?)null,
                    target = row.Target?.Most,
                    isTargetOfRatio = row.Target?.IsOfRatio,
                    isMet = row.Target?.IsMetBy(row),
                    note = row.Note,
                    rounds = row.Rounds.Select(round => row.Against is null
                        ? new[] { Math.Round(round.Ours, 3) }
                        : [Math.Round(round.Ours, 3), Math.Round(round.Yardstick, 3)]),
                }),
            }),
        },
        Indented) + "\n";

    private static string Ratio(Row row) => row.Ratio is { } ratio
        ? string.Create(CultureInfo.InvariantCulture, $"**{ratio.Median:F3}** ({ratio.Min:F3}–{ratio.Max:F3})")
        : "–";

    private static string Yardstick(Row row) => row.Yardstick is { } yardstick ? Quantity.Format(yardstick, row.Unit) : "–";

    private static string TargetOf(Row row) => row.Target is { } target
        ? $"{target.ToText(row)}: {(target.IsMetBy(row) ? "met" : "**not met**")}"
        : "";
}

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EbpfFirewall.KernelBench;

/// <summary>The results as Markdown for readers and as JSON for tools.</summary>
internal sealed class Report(Machine machine, IReadOnlyList<Result> results)
{
    internal string ToMarkdown()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # The eBPF library against libbpf

            Written by `./bench`. {machine}.

            Both sides do the same work in the same kernel by turns, {results.Max(static r => r.Rounds.Count)} rounds, and must come to the same sums. C runs each round in a process of its own;
            C# has warmed up before the first. A ratio is that of one round, C's time by C#'s, and **above 1 C# is the faster one**; ns are for one
            element, record or object. Compare ratios: nanoseconds are this machine's.

            | work | against | ratio, median (min–max) | C, ns (min–max) | C#, ns (min–max) | C# allocates, B |
            |---|---|---|---|---|---|

            """);
        foreach (Result r in results)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {r.Work.Title} | {r.Work.Reference} | **{r.Ratio.Median:F2}** ({r.Ratio.Min:F2}–{r.Ratio.Max:F2}) | {Ns(r.C)} | {Ns(r.Net)} | {r.BytesEach:F0} |");
        }

        foreach (Result r in results.Where(static r => r.Work.Name == "stream"))
        {
            long written = (long)r.Work.Count * r.Rounds.Count;
            text.Append(CultureInfo.InvariantCulture, $"\nBeside the producer, {r.Work.Reference} lost {r.LostByC} of {written} records and C# {r.LostByNet}.");
        }

        return text.AppendLine().ToString();
    }

    internal string ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("machine", machine.ToString());
            json.WriteStartArray("results");
            foreach (Result r in results)
            {
                json.WriteStartObject();
                json.WriteString("work", r.Work.Title);
                json.WriteString("against", r.Work.Reference);
                json.WriteString("unit", r.Work.Unit);
                json.WriteNumber("count", r.Work.Count);
                json.WriteNumber("ratio", Math.Round(r.Ratio.Median, 4));
                json.WriteNumber("allocatedBytesEach", Math.Round(r.BytesEach, 2));
                json.WriteNumber("lostByC", r.LostByC);
                json.WriteNumber("lostByNet", r.LostByNet);
                json.WriteStartArray("roundsNanoseconds");
                foreach ((Sample c, Sample net) in r.Rounds)
                {
                    json.WriteStartArray();
                    json.WriteNumberValue(c.Nanoseconds);
                    json.WriteNumberValue(net.Nanoseconds);
                    json.WriteEndArray();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static string Ns(Spread spread)
    {
        string format = spread.Median < 100 ? "F2" : "F0";
        return $"{Text(spread.Median)} ({Text(spread.Min)}–{Text(spread.Max)})";

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}

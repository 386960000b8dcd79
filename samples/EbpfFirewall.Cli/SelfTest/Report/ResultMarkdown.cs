using System.Globalization;
using System.Text;
using EbpfFirewall.Cli.SelfTest.Attempts;

namespace EbpfFirewall.Cli.SelfTest.Report;

/// <summary>Results as a document.</summary>
internal static class ResultMarkdown
{
    public static string Format(SelfTestReport report)
    {
        var text = new StringBuilder();
        text.AppendLine("# The self-test");
        text.AppendLine();
        text.AppendLine("Written by `efw selftest --markdown docs/results/selftest.md`. Each attempt is made without a firewall first, then in a sandbox.");
        text.AppendLine("*bytes*: what arrived at a place that is forbidden, behind the transport header. *event*: the reason of the event that told of it.");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{report.Summary}.");
        foreach (IGrouping<char, AttemptResult> category in report.Results.GroupBy(result => result.Attempt.Category))
        {
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"## {category.Key}: {AttemptList.Categories[category.Key]}");
            text.AppendLine();
            text.AppendLine("| id | attempt | expected | result | answer | ms | event | bytes | |");
            text.AppendLine("|---|---|---|---|---|---|---|---|---|");
            foreach (AttemptResult result in category)
            {
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {result.Attempt.Id} | {Escape(result.Attempt.Title)} | {result.Expected} | {result.Result} | {result.Error} | {result.Milliseconds:f1} | {result.EventReason} | {result.Bytes} | {Escape(result.Detail)} |");
            }
        }

        return text.ToString();
    }

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}

using System.Globalization;
using System.Text;

namespace EbpfFirewall.Cli.SelfTest.Report;

/// <summary>Results for people.</summary>
internal static class ResultText
{
    public static string Format(SelfTestReport report)
    {
        var text = new StringBuilder();
        foreach (AttemptResult result in report.Results)
        {
            text.AppendLine(Line(result));
        }

        return text.Append(report.Summary).ToString();
    }

    public static string Line(AttemptResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(result.AsExpected ? ' ' : '!')} {result.Attempt.Id,-5} {result.Attempt.Title,-72} {result.Expected,-11} {result.Result,-17} {result.Error,-34} {result.Milliseconds,7:f1} {result.EventReason,-20} {result.Bytes,5}  {result.Detail}");
}

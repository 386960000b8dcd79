using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EbpfFirewall.Cli.Doctor;

/// <summary><c>efw doctor</c>: says what this host can enforce.</summary>
internal static class DoctorCommand
{
    public static async Task<int> ExecuteAsync(bool json, CancellationToken cancellationToken)
    {
        IReadOnlyList<Finding> findings = await HostExamination.ExamineAsync(cancellationToken);
        bool isUsable = findings.All(finding => finding.State != FindingState.Missing);
        await Console.Out.WriteLineAsync(json ? Json(findings, isUsable) : Text(findings, isUsable));
        return isUsable ? ExitCodes.Success : ExitCodes.NotAsExpected;
    }

    private static string Text(IReadOnlyList<Finding> findings, bool isUsable)
    {
        var text = new StringBuilder();
        foreach (Finding finding in findings)
        {
            text.AppendLine($"{Word(finding.State),-12} {finding.Subject}: {finding.Detail}");
        }

        int gaps = findings.Count(finding => finding.State == FindingState.Gap);
        return text.Append(!isUsable ? "the firewall does not start on this host"
            : gaps == 0 ? "this host can enforce everything"
            : $"this host can enforce policies, with {gaps} {(gaps == 1 ? "gap" : "gaps")}").ToString();
    }

    private static string Json(IReadOnlyList<Finding> findings, bool isUsable)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("usable", isUsable);
            writer.WriteStartArray("findings");
            foreach (Finding finding in findings)
            {
                writer.WriteStartObject();
                writer.WriteString("subject", finding.Subject);
                writer.WriteString("state", Word(finding.State));
                writer.WriteString("detail", finding.Detail);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Word(FindingState state) => state switch
    {
        FindingState.Fine => "ok",
        FindingState.Gap => "gap",
        FindingState.Missing => "missing",
        _ => "not stopped",
    };
}

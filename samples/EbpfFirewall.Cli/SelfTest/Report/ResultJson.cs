using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EbpfFirewall.Cli.SelfTest.Report;

/// <summary>Results for programs: one object.</summary>
internal static class ResultJson
{
    public static string Format(SelfTestReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("kernel", SelfTestReport.Kernel);
            writer.WriteBoolean("asExpected", report.AsExpected);
            writer.WriteString("summary", report.Summary);
            writer.WriteStartArray("attempts");
            foreach (AttemptResult result in report.Results)
            {
                writer.WriteStartObject();
                writer.WriteString("id", result.Attempt.Id);
                writer.WriteString("attempt", result.Attempt.Title);
                writer.WriteString("expected", result.Expected);
                writer.WriteString("result", result.Result);
                writer.WriteBoolean("asExpected", result.AsExpected);
                writer.WriteString("errno", result.Error);
                writer.WriteNumber("ms", Math.Round(result.Milliseconds, 2));
                writer.WriteString("event", result.EventReason);
                writer.WriteNumber("bytes", result.Bytes);
                writer.WriteNumber("packets", result.Packets);
                writer.WriteString("detail", result.Detail);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

using System.Text.Json;

namespace EbpfFirewall.Decisions;

/// <summary>The part of a record that says who it was.</summary>
internal static class DecisionProcessJson
{
    internal static void Write(Utf8JsonWriter writer, DecisionEvent decision)
    {
        writer.WriteString("attribution", DecisionJson.LowerName(decision.Attribution.ToString()));
        ProcessIdentity process = decision.Process;
        if (process.ProcessId < 0)
        {
            return;
        }

        writer.WriteNumber("uid", process.UserId);
        WriteStartTime(writer, process.StartTime);
        DecisionJson.WriteText(writer, "comm", process.Name);
        if (process.Executable.Length > 0)
        {
            DecisionJson.WriteText(writer, "exe", process.Executable);
        }

        DecisionJson.WriteTexts(writer, "args", process.Arguments);
        if (process.ArgumentsTruncated)
        {
            writer.WriteBoolean("argsTruncated", true);
        }

        if (process.Parents.IsDefaultOrEmpty)
        {
            return;
        }

        writer.WriteStartArray("parents");
        foreach (ParentProcess parent in process.Parents)
        {
            writer.WriteStartObject();
            writer.WriteNumber("pid", parent.ProcessId);
            WriteStartTime(writer, parent.StartTime);
            DecisionJson.WriteText(writer, "comm", parent.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Seconds since boot.</summary>
    private static void WriteStartTime(Utf8JsonWriter writer, TimeSpan sinceBoot) =>
        writer.WriteNumber("startTime", sinceBoot.Ticks / (decimal)TimeSpan.TicksPerSecond);
}

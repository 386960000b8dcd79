using System.Text.Json;

namespace EbpfFirewall.TestKit.Logs;

/// <summary>Reads logs of one JSON object a line.</summary>
public static class JsonLog
{
    /// <summary>All records of a file; none when it does not exist. A line that is not JSON is an error.</summary>
    public static LogRecord[] Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        // The writer may still hold it open.
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        List<LogRecord> records = [];
        while (reader.ReadLine() is { } line)
        {
            using JsonDocument document = JsonDocument.Parse(line);
            records.Add(new LogRecord(document.RootElement.Clone()));
        }

        return [.. records];
    }
}

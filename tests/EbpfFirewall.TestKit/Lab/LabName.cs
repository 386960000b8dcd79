using System.Globalization;

namespace EbpfFirewall.TestKit.Lab;

/// <summary>
/// Names of what a lab creates: <c>efwlab-PID-STARTTIME-N</c>. Unique, and they tell whether their owner still lives.
/// </summary>
internal static class LabName
{
    internal const string Prefix = "efwlab-";

    private static int _last;

    internal static string Next() =>
        $"{Prefix}{Environment.ProcessId}-{StartTime(Environment.ProcessId)}-{Interlocked.Increment(ref _last)}";

    /// <summary>True when the process that the name belongs to has ended.</summary>
    internal static bool IsOrphan(string name)
    {
        string[] parts = name.Split('-');
        return parts.Length >= 4
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int pid)
            && StartTime(pid) != parts[2];
    }

    /// <summary>Field 22 of /proc/PID/stat, which with the pid names one process for ever; "0" when there is none.</summary>
    private static string StartTime(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return "0";
        }
    }
}

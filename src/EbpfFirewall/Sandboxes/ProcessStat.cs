using System.Globalization;

namespace EbpfFirewall.Sandboxes;

/// <summary>Reads <c>/proc/&lt;pid&gt;/stat</c>, proc(5).</summary>
internal static class ProcessStat
{
    private const int StateField = 0;
    private const int StartTimeField = 19;

    private const int ParentField = 1;

    /// <summary>Clock ticks since boot at which the process started; null when there is none, or only its corpse.</summary>
    public static ulong? StartTicks(int processId) => Read(processId)?.StartTicks;

    /// <summary>Name, parent and start of a process; null when there is none, or only its corpse.</summary>
    public static (string Name, int Parent, ulong StartTicks)? Read(int processId)
    {
        string text;
        try
        {
            text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The name in brackets may hold spaces and brackets of its own: fields are counted from the last bracket.
        int end = text.LastIndexOf(')');
        string[] fields = text[(end + 2)..].Split(' ');
        return fields[StateField] is "Z" or "X"
            ? null
            : (
                text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..end],
                int.Parse(fields[ParentField], CultureInfo.InvariantCulture),
                ulong.Parse(fields[StartTimeField], CultureInfo.InvariantCulture));
    }
}

using System.Globalization;

namespace EbpfFirewall.Sandboxes;

/// <summary>Reads <c>/proc/&lt;pid&gt;/stat</c>, proc(5).</summary>
internal static class ProcessStat
{
    private const int StateField = 0;
    private const int StartTimeField = 19;

    /// <summary>Clock ticks since boot at which the process started; null when there is none, or only its corpse.</summary>
    public static ulong? StartTicks(int processId)
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
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return fields[StateField] is "Z" or "X"
            ? null
            : ulong.Parse(fields[StartTimeField], CultureInfo.InvariantCulture);
    }
}

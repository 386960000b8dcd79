using System.Globalization;

namespace EbpfFirewall.Native.Maps;

/// <summary>How many CPUs this machine may ever have: per-CPU maps have a value for each, running or not.</summary>
internal static class PossibleCpus
{
    internal static int Count { get; } = Parse(File.ReadAllText("/sys/devices/system/cpu/possible"));

    /// <summary>Parses a kernel CPU list such as <c>0-3,8</c>: the highest number plus one.</summary>
    internal static int Parse(string list)
    {
        int highest = 0;
        foreach (string range in list.Trim().Split(','))
        {
            int dash = range.IndexOf('-', StringComparison.Ordinal);
            highest = Math.Max(highest, int.Parse(range.AsSpan(dash + 1), CultureInfo.InvariantCulture));
        }

        return highest + 1;
    }
}

using System.Globalization;

namespace EbpfFirewall.DatapathBench;

/// <summary>A figure of the machine's memory (proc_meminfo(5)), read when it stands still.</summary>
internal static class MachineMemory
{
    /// <summary>What nobody uses.</summary>
    internal const string Free = "MemFree";

    /// <summary>The kernel's small objects, the nodes of a trie among them: other processes hardly move it.</summary>
    internal const string Slab = "SUnreclaim";

    private const double SettledBytes = 256 * 1024;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Bytes, once what is being given back in the background has come back, or after ten seconds.</summary>
    internal static double ReadSettled(string figure)
    {
        GC.Collect();
        double before = Read(figure);
        for (TimeSpan waited = TimeSpan.Zero; waited < Patience; waited += Step)
        {
            Thread.Sleep(Step);
            double now = Read(figure);
            if (Math.Abs(now - before) < SettledBytes)
            {
                return now;
            }

            before = now;
        }

        return before;
    }

    private static double Read(string figure) => 1024 * double.Parse(
        File.ReadLines("/proc/meminfo").First(line => line.StartsWith($"{figure}:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}

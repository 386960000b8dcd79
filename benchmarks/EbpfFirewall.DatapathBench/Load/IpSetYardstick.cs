using System.Diagnostics;

namespace EbpfFirewall.DatapathBench;

/// <summary>An ipset of the same networks, in a network namespace of its own.</summary>
internal sealed class IpSetYardstick : IDisposable
{
    private readonly string _namespace = BenchNetwork.CreateNamespace("ipset");
    private readonly string _text;

    internal IpSetYardstick((uint Address, int Length)[] networks) => _text = KernelSets.IpSetText(networks);

    /// <summary>Fills a new set, and removes it again after the clock has stopped.</summary>
    internal TimeSpan Restore()
    {
        long start = Stopwatch.GetTimestamp();
        Tool.Run(_text, "nsenter", $"--net={BenchNetwork.PathOf(_namespace)}", "ipset", "restore");
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        Tool.Run("", "nsenter", $"--net={BenchNetwork.PathOf(_namespace)}", "ipset", "destroy");
        return elapsed;
    }

    public void Dispose() => BenchNetwork.RemoveNamespace(_namespace);
}

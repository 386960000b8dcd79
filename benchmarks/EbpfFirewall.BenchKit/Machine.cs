using System.Globalization;
using System.Runtime.InteropServices;

namespace EbpfFirewall.BenchKit;

/// <summary>Where it was measured: figures of one machine mean little on another, ratios more.</summary>
public sealed class Machine
{
    private const string Vulnerabilities = "/sys/devices/system/cpu/vulnerabilities";
    private readonly string _load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
    private readonly CpuTime _start = CpuTime.Now();

    /// <summary>One line. The time that was stolen is counted from the making of this object to the call.</summary>
    public override string ToString()
    {
        CpuTime end = CpuTime.Now();
        double stolen = 100.0 * (end.Stolen - _start.Stolen) / Math.Max(1, end.All - _start.All);
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string processors = $"{Processor()}, {Environment.ProcessorCount} CPUs ({Mitigations()})";
        string state = string.Create(
            CultureInfo.InvariantCulture, $"load at the start {_load}, {stolen:F1} % stolen, {DateTime.UtcNow:yyyy-MM-dd}");
        return $"Linux {kernel}, {processors}, {RuntimeInformation.FrameworkDescription}, {state}";
    }

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[1]
        ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>What the kernel does against faults of the processor, most of which costs at each entry or indirect call.</summary>
    private static string Mitigations()
    {
        if (!Directory.Exists(Vulnerabilities))
        {
            return "mitigations unknown";
        }

        string[] active =
        [
            .. from path in Directory.EnumerateFiles(Vulnerabilities).Order()
               let text = File.ReadAllText(path).Trim()
               where text != "Not affected"
               let first = text.Split(';')[0]
               select $"{Path.GetFileName(path)}: {(first.StartsWith("Mitigation: ", StringComparison.Ordinal) ? first[12..] : first)}",
        ];
        return active.Length == 0 ? "no mitigations" : string.Join("; ", active);
    }
}

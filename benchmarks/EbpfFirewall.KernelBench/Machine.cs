using System.Globalization;
using System.Runtime.InteropServices;

namespace EbpfFirewall.KernelBench;

/// <summary>Where it was measured: figures of one machine mean little on another, ratios more.</summary>
internal sealed record Machine(string Kernel, string Processor, int Processors, string Runtime, string Load, DateOnly Date)
{
    internal static Machine Here()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(static l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[1]
            ?? RuntimeInformation.ProcessArchitecture.ToString();
        return new Machine(
            File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            model,
            Environment.ProcessorCount,
            RuntimeInformation.FrameworkDescription,
            File.ReadAllText("/proc/loadavg").Split(' ')[0],
            DateOnly.FromDateTime(DateTime.UtcNow));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"Linux {Kernel}, {Processor}, {Processors} CPUs, {Runtime}, load at the start {Load}, {Date:yyyy-MM-dd}");
}

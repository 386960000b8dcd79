using System.Globalization;

namespace EbpfFirewall.BenchKit;

/// <summary>Ticks of all CPUs since boot, and those of them that the hypervisor gave to others (proc_stat(5)).</summary>
internal readonly record struct CpuTime(long All, long Stolen)
{
    internal static CpuTime Now()
    {
        // user nice system idle iowait irq softirq steal; guests are counted in user.
        long[] ticks =
        [
            .. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
                .Select(static word => long.Parse(word, CultureInfo.InvariantCulture)),
        ];
        return new CpuTime(ticks.Sum(), ticks.ElementAtOrDefault(7));
    }
}

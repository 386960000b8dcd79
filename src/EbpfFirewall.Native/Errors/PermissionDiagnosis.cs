using System.Globalization;
using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

/// <summary>Turns a bare EPERM into what this process lacks. Reads /proc and securityfs; never throws.</summary>
internal static class PermissionDiagnosis
{
    private static readonly (int Bit, string Name)[] Wanted =
        [(39, "CAP_BPF"), (12, "CAP_NET_ADMIN"), (38, "CAP_PERFMON"), (21, "CAP_SYS_ADMIN")];

    internal static string Describe()
    {
        List<string> reasons = [];
        try
        {
            Add(reasons);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            // A hint that cannot be worked out is left out.
        }

        return reasons.Count == 0
            ? "The process has the usual capabilities; a security module, or an attribute of this very object, forbids it."
            : string.Join(' ', reasons);
    }

    private static void Add(List<string> reasons)
    {
        ulong effective = 0;
        int seccomp = 0;
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("CapEff:", StringComparison.Ordinal))
            {
                effective = ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith("Seccomp:", StringComparison.Ordinal))
            {
                seccomp = int.Parse(line.AsSpan(8).Trim(), CultureInfo.InvariantCulture);
            }
        }

        bool isAdmin = (effective & (1UL << 21)) != 0;
        string[] missing = [.. Wanted.Where(c => (effective & (1UL << c.Bit)) == 0).Select(c => c.Name)];
        if (missing.Length > 0 && !isAdmin)
        {
            reasons.Add($"The process lacks {string.Join(", ", missing)}: run as root, or grant them.");
        }

        if (MemoryLockLimit.Describe() is { } limit)
        {
            reasons.Add(limit);
        }

        if (seccomp == 2)
        {
            reasons.Add("A seccomp filter is active and may forbid bpf(2): containers need a profile that allows it.");
        }

        if (ReadFirst("/proc/self/uid_map") is { } map && map.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not ["0", "0", "4294967295"])
        {
            reasons.Add("The process is in a user namespace, where bpf(2) needs a token or the initial namespace.");
        }

        if (ReadFirst("/sys/kernel/security/lockdown") is { } lockdown && !lockdown.Contains("[none]", StringComparison.Ordinal))
        {
            reasons.Add($"The kernel is locked down ({lockdown}), which forbids program types that read or write kernel memory.");
        }
    }

    private static string? ReadFirst(string path) => File.Exists(path) ? File.ReadLines(path).FirstOrDefault()?.Trim() : null;
}

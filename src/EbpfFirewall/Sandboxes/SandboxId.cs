using System.Globalization;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// Names a sandbox on this host: <c>efw-&lt;pid&gt;-&lt;start&gt;-&lt;n&gt;</c>. Its cgroup and its folder of pins carry the name, so that anybody can
/// tell later whose it was and whether that process still lives.
/// </summary>
internal readonly record struct SandboxId(int OwnerProcessId, ulong OwnerStartTicks, int Number)
{
    private const string Prefix = "efw-";
    private static int _last;

    /// <summary>A new one of this process.</summary>
    public static SandboxId Next() => new(
        Environment.ProcessId,
        ProcessStat.StartTicks(Environment.ProcessId) ?? 0,
        Interlocked.Increment(ref _last));

    /// <summary>True while the process that made it lives.</summary>
    public bool OwnerLives => ProcessStat.StartTicks(OwnerProcessId) == OwnerStartTicks;

    public static bool TryParse(string name, out SandboxId id)
    {
        id = default;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        string[] parts = name[Prefix.Length..].Split('-');
        if (parts.Length != 3
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
            || !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong start)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return false;
        }

        id = new SandboxId(pid, start, number);
        return true;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{OwnerProcessId}-{OwnerStartTicks}-{Number}");
}

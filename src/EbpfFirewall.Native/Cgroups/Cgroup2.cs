using EbpfFirewall.Native.Files;

namespace EbpfFirewall.Native;

/// <summary>Where the cgroup v2 hierarchy is. On hybrid hosts it is not at the top of /sys/fs/cgroup.</summary>
public static class Cgroup2
{
    private static string? _mount;

    /// <summary>The mount point of the cgroup2 file system, or null when none is mounted.</summary>
    public static string? FindMount() => _mount ??= FindIn(MountTable.Read(), Directory.Exists);

    /// <summary>Path, below the mount point, of the cgroup that a process is in; <c>/</c> for the root.</summary>
    /// <param name="pid">The process; null for this one.</param>
    /// <returns>Null when the process is gone or in no cgroup v2.</returns>
    public static string? FindPathOf(int? pid = null)
    {
        try
        {
            string who = pid?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "self";
            foreach (string line in File.ReadLines($"/proc/{who}/cgroup"))
            {
                if (line.StartsWith("0::", StringComparison.Ordinal))
                {
                    return line[3..];
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The process ended meanwhile: as good as never seen.
        }

        return null;
    }

    /// <summary>The mount of the whole hierarchy wins over one of a part of it, a shorter path over a longer one.</summary>
    internal static string? FindIn(IEnumerable<MountEntry> mounts, Func<string, bool> exists) => mounts
        .Where(m => m.Type == "cgroup2" && exists(m.MountPoint))
        .OrderBy(static m => m.Root.Length).ThenBy(static m => m.MountPoint.Length)
        .FirstOrDefault()?.MountPoint;
}

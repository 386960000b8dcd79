namespace EbpfFirewall;

/// <summary>
/// Controllers of cgroup version 1 that take the place where a socket has its cgroup of version 2, on kernels before 5.15. Programs
/// attached to cgroups then see nothing.
/// </summary>
internal static class LegacyHierarchies
{
    private static readonly Version BothFrom = new(5, 15);

    /// <summary>The first controller in use, or null.</summary>
    /// <param name="kernel">The kernel's version.</param>
    /// <param name="controllers">The lines of /proc/cgroups (cgroups(7)): name, hierarchy, number of cgroups, enabled.</param>
    public static string? FindBlinding(Version kernel, IEnumerable<string> controllers)
    {
        if (kernel >= BothFrom)
        {
            return null;
        }

        foreach (string line in controllers)
        {
            string[] fields = line.Split('\t', StringSplitOptions.TrimEntries);
            if (fields is [("net_cls" or "net_prio") and var name, not "0", not ("0" or "1"), ..])
            {
                return name;
            }
        }

        return null;
    }
}

namespace EbpfFirewall;

/// <summary>Finds out early, and in words, that this host cannot run the firewall.</summary>
internal static class HostCheck
{
    public static void ThrowIfUnusable()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new EgressFirewallException(
                ErrorCodes.PlatformNotSupported,
                "the firewall needs Linux 5.10 or newer. EbpfFirewall.Core alone works everywhere.");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            throw new EgressFirewallException(
                ErrorCodes.NotPrivileged,
                "the firewall needs root to load its programs and make cgroups: run it through sudo. The command itself then runs as you, without any capability.");
        }

        if (LegacyHierarchies.FindBlinding(Environment.OSVersion.Version, File.ReadLines("/proc/cgroups")) is { } controller)
        {
            throw new EgressFirewallException(
                ErrorCodes.LegacyHierarchyInUse,
                $"the {controller} controller of cgroup version 1 is in use, and before Linux 5.15 that hides sockets from the firewall's programs. "
                + $"Remove its cgroups, or boot with cgroup_no_v1={controller}.");
        }
    }
}

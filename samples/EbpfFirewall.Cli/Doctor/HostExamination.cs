using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Cli.Doctor;

/// <summary>Finds out what this host can enforce: by probing the kernel, and by running a command in a sandbox.</summary>
internal static class HostExamination
{
    private const int FirstKernelWithoutBlindHooks = 515;

    private static readonly (string Subject, BpfProgramType Type, BpfAttachType Hook)[] RequiredHooks =
    [
        ("sockets when they are made", BpfProgramType.CgroupSock, BpfAttachType.CgroupInetSockCreate),
        ("connect, IPv4", BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupInet4Connect),
        ("connect, IPv6", BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupInet6Connect),
        ("datagrams, IPv4", BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupUdp4Sendmsg),
        ("datagrams, IPv6", BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupUdp6Sendmsg),
        ("packets on their way out", BpfProgramType.CgroupSkb, BpfAttachType.CgroupInetEgress),
        ("socket options", BpfProgramType.CgroupSockopt, BpfAttachType.CgroupSetsockopt),
    ];

    public static async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken)
    {
        List<Finding> findings = [Kernel(), Root()];
        if (findings.Any(finding => finding.State == FindingState.Missing))
        {
            return findings;
        }

        findings.Add(Cgroups());
        findings.Add(OldHierarchies());
        findings.Add(TypeInformation());
        findings.AddRange(RequiredHooks.Select(hook => Hook(hook.Subject, KernelFeatures.Probe(hook.Type, hook.Hook), FindingState.Missing, "required")));
        findings.Add(Hook(
            "unix sockets",
            KernelFeatures.Probe(BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupUnixConnect),
            FindingState.Gap,
            "unix sockets of services outside are not judged (enforced from Linux 6.7)"));
        findings.Add(Hook(
            "interfaces, by tcx",
            KernelFeatures.Probe(BpfLinkType.Tcx),
            FindingState.Gap,
            "filters of interfaces use clsact, which others can remove (tcx from Linux 6.6)"));
        findings.AddRange(await TryAsync(cancellationToken));
        findings.AddRange(UnstoppableList.All);
        return findings;
    }

    private static Finding Kernel()
    {
        if (!OperatingSystem.IsLinux())
        {
            return new Finding("kernel", FindingState.Missing, "the firewall needs Linux 5.10 or newer");
        }

        return new Finding("kernel", FindingState.Fine, $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}");
    }

    private static Finding Root() => Environment.IsPrivilegedProcess
        ? new Finding("privilege", FindingState.Fine, "root")
        : new Finding("privilege", FindingState.Missing, "the firewall needs root to load its programs and make cgroups, and so does this examination: run it through sudo");

    private static Finding Cgroups() => Cgroup2.FindMount() is { } mount
        ? new Finding("cgroup2", FindingState.Fine, $"at {mount}")
        : new Finding("cgroup2", FindingState.Missing, "no cgroup2 hierarchy is mounted: mount -t cgroup2 none /sys/fs/cgroup");

    // A socket's cgroup shared its place with the old controllers' marks before Linux 5.15.
    private static Finding OldHierarchies()
    {
        string[] mounted = [.. File.ReadLines("/proc/self/mountinfo")
            .Select(line => line.Split(" - ")[1].Split(' '))
            .Where(fields => fields[0] == "cgroup" && fields[2].Split(',').Any(option => option is "net_cls" or "net_prio"))
            .Select(fields => fields[2])];
        bool isBlind = mounted.Length > 0 && VersionNumber() < FirstKernelWithoutBlindHooks;
        return isBlind
            ? new Finding("cgroup v1", FindingState.Gap, $"a mounted net_cls or net_prio hierarchy makes cgroup programs blind before Linux 5.15: {mounted[0]}")
            : new Finding("cgroup v1", FindingState.Fine, mounted.Length > 0 ? "net_cls or net_prio is mounted, and does no harm here" : "no net_cls or net_prio hierarchy");
    }

    private static int VersionNumber()
    {
        string[] parts = File.ReadAllText("/proc/sys/kernel/osrelease").Split('.', '-');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture) * 100) + int.Parse(parts[1], CultureInfo.InvariantCulture);
    }

    private static Finding TypeInformation() => File.Exists("/sys/kernel/btf/vmlinux")
        ? new Finding("type information", FindingState.Fine, "/sys/kernel/btf/vmlinux")
        : new Finding("type information", FindingState.Missing, "the kernel has none (CONFIG_DEBUG_INFO_BTF): programs cannot be fitted to it");

    private static Finding Hook(string subject, FeatureSupport support, FindingState otherwise, string consequence) => support switch
    {
        FeatureSupport.Yes => new Finding(subject, FindingState.Fine, "enforced"),
        FeatureSupport.NotAllowed => new Finding(subject, otherwise, $"the kernel refuses the probe (lockdown or a security module): {consequence}"),
        _ => new Finding(subject, otherwise, consequence),
    };

    // The one examination that believes nothing: a policy, a sandbox, a command.
    private static async Task<IReadOnlyList<Finding>> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using IEgressFirewall firewall = await new FirewallBuilder().UseMode(PolicyMode.AllowList).StartAsync(cancellationToken);
            await using ISandbox sandbox = await firewall.CreateSandboxAsync("doctor", cancellationToken);
            int exitCode = await sandbox.RunAsync(new ProcessStartInfo("true"), cancellationToken);
            return
            [
                exitCode == 0
                    ? new Finding("a command in a sandbox", FindingState.Fine, "it ran")
                    : new Finding("a command in a sandbox", FindingState.Missing, $"`true` ended with {exitCode}"),
                .. ConfinementReport.Texts(sandbox.Gaps).Select(text => new Finding("sandbox", FindingState.Gap, text)),
            ];
        }
        catch (EgressFirewallException error)
        {
            return [new Finding("a command in a sandbox", FindingState.Missing, error.Message)];
        }
    }
}

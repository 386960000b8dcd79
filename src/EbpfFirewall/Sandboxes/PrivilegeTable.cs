using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace EbpfFirewall.Sandboxes;

/// <summary>Every privilege, and what it opens.</summary>
internal static class PrivilegeTable
{
    private const string CapabilityPrefix = "cap_";
    private const string Nothing = "no way past the policy by itself";
    private const string Files = "files of every user, and with them what other programs read and run";
    private const string Users = "acting as another user, with that user's files and services";
    private const string Hardware = "the hardware and the kernel's memory: nothing holds against it";

    // By number, from 0: capability.h of the kernel.
    private static readonly (string Name, string Opens)[] Capabilities =
    [
        ("chown", Files),
        ("dac_override", Files),
        ("dac_read_search", "reading every file, and opening files by handle, beyond the sandbox's mounts"),
        ("fowner", Files),
        ("fsetid", Nothing),
        ("kill", "signals to every process"),
        ("setgid", Users),
        ("setuid", Users),
        ("setpcap", Nothing),
        ("linux_immutable", Nothing),
        ("net_bind_service", "listening on ports below 1024"),
        ("net_broadcast", Nothing),
        ("net_admin", "interfaces, routes, tunnels and packet filters: packets of a tunnel are judged by what is outside of them"),
        ("net_raw", "packet sockets: frames that no rule judges, and reading everybody's"),
        ("ipc_lock", Nothing),
        ("ipc_owner", "shared memory and message queues of every user"),
        ("sys_module", "code in the kernel: nothing holds against it"),
        ("sys_rawio", Hardware),
        ("sys_chroot", Nothing),
        ("sys_ptrace", "acting through every process outside, where no rule holds"),
        ("sys_pacct", Nothing),
        ("sys_admin", "mounts, namespaces, cgroups and BPF: the sandbox can be left, its policy is a convention"),
        ("sys_boot", "restarting the machine, with another kernel"),
        ("sys_nice", Nothing),
        ("sys_resource", Nothing),
        ("sys_time", "the clock"),
        ("sys_tty_config", Nothing),
        ("mknod", "device files, and with them disks and memory: nothing holds against it"),
        ("lease", Nothing),
        ("audit_write", Nothing),
        ("audit_control", "what the machine audits"),
        ("setfcap", "capabilities on files, which others run"),
        ("mac_override", Nothing),
        ("mac_admin", "the machine's access control"),
        ("syslog", "addresses in the kernel"),
        ("wake_alarm", Nothing),
        ("block_suspend", Nothing),
        ("audit_read", Nothing),
        ("perfmon", "reading the kernel's memory and what others do"),
        ("bpf", "BPF programs and the firewall's own maps, by their ids"),
        ("checkpoint_restore", "reading what other processes have open"),
    ];

    public static ImmutableArray<SandboxPrivilege> All { get; } =
    [
        new("io_uring", "rings, which make sockets of every family past the system call filter"),
        new("namespaces", "namespaces and mounts, in which the command has every capability over what it makes"),
        new("processes", "tracing and signalling the user's processes outside, where no rule holds"),
        new("abstract_unix", "abstract unix sockets of services outside"),
        .. Capabilities.Select((entry, number) => new SandboxPrivilege(entry.Name, entry.Opens, number)),
    ];

    private static readonly FrozenDictionary<string, SandboxPrivilege> ByName =
        All.ToFrozenDictionary(privilege => privilege.Name, StringComparer.OrdinalIgnoreCase);

    public static SandboxPrivilege Get(string name) => ByName[name];

    public static bool TryGet(string name, [NotNullWhen(true)] out SandboxPrivilege? privilege)
    {
        if (ByName.TryGetValue(name, out privilege))
        {
            return true;
        }

        return name.StartsWith(CapabilityPrefix, StringComparison.OrdinalIgnoreCase)
            && ByName.TryGetValue(name[CapabilityPrefix.Length..], out privilege)
            && privilege.Capability is not null;
    }
}

namespace EbpfFirewall;

/// <summary>Every error code. Each has a page <c>docs/errors/EFWnnnn.md</c>; a retired one is never used again.</summary>
/// <remarks>00xx policy, 01xx environment and kernel, 02xx sandbox and launcher, 03xx DNS proxy.</remarks>
public static class ErrorCodes
{
    /// <summary>The policy has errors.</summary>
    public const string PolicyInvalid = "EFW0001";

    /// <summary>A part of the policy has more port ranges than the kernel side looks at.</summary>
    public const string PolicyTooLarge = "EFW0002";

    /// <summary>This operating system or machine cannot run it.</summary>
    public const string PlatformNotSupported = "EFW0100";

    /// <summary>The process lacks root or a capability.</summary>
    public const string NotPrivileged = "EFW0101";

    /// <summary>There is no cgroup2 hierarchy, or it cannot be written.</summary>
    public const string CgroupUnavailable = "EFW0102";

    /// <summary>The kernel refused the BPF programs.</summary>
    public const string KernelRefused = "EFW0103";

    /// <summary>There is no BPF file system, and none could be mounted.</summary>
    public const string BpfFileSystemUnavailable = "EFW0104";

    /// <summary>There is no such interface, or its frames cannot be read.</summary>
    public const string InterfaceUnavailable = "EFW0105";

    /// <summary>On this kernel a net_cls or net_prio hierarchy in use hides sockets from the programs.</summary>
    public const string LegacyHierarchyInUse = "EFW0106";

    /// <summary>The launcher could not put a command into its sandbox.</summary>
    public const string LauncherFailed = "EFW0201";

    /// <summary>There is no such command.</summary>
    public const string CommandNotFound = "EFW0202";

    /// <summary>The command is there and cannot be executed.</summary>
    public const string CommandNotExecutable = "EFW0203";

    /// <summary>There is no such user.</summary>
    public const string UserUnknown = "EFW0204";

    /// <summary>The sandbox has been disposed.</summary>
    public const string SandboxGone = "EFW0205";

    /// <summary>The log file cannot be written.</summary>
    public const string LogFileUnusable = "EFW0206";

    /// <summary>The firewall holds as many sandboxes as it can.</summary>
    public const string SandboxLimit = "EFW0207";

    /// <summary>There is no such privilege.</summary>
    public const string PrivilegeUnknown = "EFW0208";

    /// <summary>No name server to ask.</summary>
    public const string DnsNoUpstream = "EFW0301";

    /// <summary>No listener could be opened for clients.</summary>
    public const string DnsListenerFailed = "EFW0302";
}

using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>Which program goes where on a cgroup.</summary>
internal static class CgroupHooks
{
    /// <summary>The hook with a program of the attachment's own; the others share theirs.</summary>
    public const string Egress = "efw_egress";

    /// <summary>Unix sockets, where the kernel has the hooks (Linux 6.7).</summary>
    private static readonly (string Program, BpfAttachType AttachType)[] Unix =
    [
        ("efw_connect_unix", BpfAttachType.CgroupUnixConnect),
        ("efw_sendmsg_unix", BpfAttachType.CgroupUnixSendmsg),
    ];

    private static readonly Lazy<bool> UnixSupport = new(
        static () => Array.TrueForAll(Unix, static hook => KernelFeatures.Probe(BpfProgramType.CgroupSockAddr, hook.AttachType) == FeatureSupport.Yes));

    /// <summary>Whether this kernel lets programs judge unix sockets.</summary>
    public static bool HasUnix => UnixSupport.Value;

    /// <summary>
    /// In the order in which they are attached: first one that decides nothing, for until it is there nobody knows his attachment; then what
    /// records before what relies on the record.
    /// </summary>
    private static readonly (string Program, BpfAttachType AttachType)[] Everywhere =
    [
        ("efw_getpeername4", BpfAttachType.CgroupInet4GetPeerName),
        ("efw_sock_create", BpfAttachType.CgroupInetSockCreate),
        ("efw_sock_release", BpfAttachType.CgroupInetSockRelease),
        ("efw_setsockopt", BpfAttachType.CgroupSetsockopt),
        ("efw_connect4", BpfAttachType.CgroupInet4Connect),
        ("efw_connect6", BpfAttachType.CgroupInet6Connect),
        ("efw_sendmsg4", BpfAttachType.CgroupUdp4Sendmsg),
        ("efw_sendmsg6", BpfAttachType.CgroupUdp6Sendmsg),
        ("efw_recvmsg4", BpfAttachType.CgroupUdp4Recvmsg),
        ("efw_recvmsg6", BpfAttachType.CgroupUdp6Recvmsg),
        ("efw_getpeername6", BpfAttachType.CgroupInet6GetPeerName),
        ("efw_ingress", BpfAttachType.CgroupInetIngress),
        (Egress, BpfAttachType.CgroupInetEgress),
    ];

    /// <summary>Those that this kernel has, in that order.</summary>
    public static (string Program, BpfAttachType AttachType)[] All => HasUnix ? [.. Everywhere, .. Unix] : Everywhere;
}

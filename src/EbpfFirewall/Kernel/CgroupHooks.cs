using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>Which program of <c>cgroup.bpf.o</c> goes where on a cgroup.</summary>
internal static class CgroupHooks
{
    /// <summary>
    /// In the order in which they are attached: what records comes before what relies on the record.
    /// </summary>
    public static readonly (string Program, BpfAttachType AttachType)[] All =
    [
        ("efw_sock_create", BpfAttachType.CgroupInetSockCreate),
        ("efw_sock_release", BpfAttachType.CgroupInetSockRelease),
        ("efw_connect4", BpfAttachType.CgroupInet4Connect),
        ("efw_connect6", BpfAttachType.CgroupInet6Connect),
        ("efw_sendmsg4", BpfAttachType.CgroupUdp4Sendmsg),
        ("efw_sendmsg6", BpfAttachType.CgroupUdp6Sendmsg),
        ("efw_recvmsg4", BpfAttachType.CgroupUdp4Recvmsg),
        ("efw_recvmsg6", BpfAttachType.CgroupUdp6Recvmsg),
        ("efw_getpeername4", BpfAttachType.CgroupInet4GetPeerName),
        ("efw_getpeername6", BpfAttachType.CgroupInet6GetPeerName),
        ("efw_egress", BpfAttachType.CgroupInetEgress),
    ];
}

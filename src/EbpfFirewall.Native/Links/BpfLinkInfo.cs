namespace EbpfFirewall.Native;

/// <summary>What the kernel says about a link.</summary>
/// <param name="Id">Id, unique while the system runs.</param>
/// <param name="Type">Type.</param>
/// <param name="ProgramId">Id of its program.</param>
/// <param name="AttachType">The hook, where the type has one.</param>
/// <param name="CgroupId">Cgroup links: id of the cgroup; 0 once the cgroup is gone or the link is detached.</param>
/// <param name="InterfaceIndex">XDP, tcx and netkit links: the interface; 0 once it is gone or the link is detached.</param>
public sealed record BpfLinkInfo(uint Id, BpfLinkType Type, uint ProgramId, BpfAttachType? AttachType, ulong CgroupId, uint InterfaceIndex)
{
    /// <summary>True when a cgroup, XDP, tcx or netkit link no longer has anything to act on.</summary>
    public bool IsDefunct => Type switch
    {
        BpfLinkType.Cgroup => CgroupId == 0,
        BpfLinkType.Xdp or BpfLinkType.Tcx or BpfLinkType.Netkit => InterfaceIndex == 0,
        _ => false,
    };
}

namespace EbpfFirewall.Native;

/// <summary>A program at a hook.</summary>
/// <param name="ProgramId">Its id.</param>
/// <param name="LinkId">tcx and netkit: id of the link that holds it, 0 for none. Always 0 for cgroups, whose kernel interface does not tell.</param>
public sealed record BpfAttachment(uint ProgramId, uint LinkId);

using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

public sealed partial class BpfProgram
{
    /// <summary>
    /// Attaches the program to a cgroup without a link (BPF_PROG_ATTACH): it stays until <see cref="DetachFromCgroup"/> or the end of the
    /// cgroup, whatever becomes of this process. Prefer <see cref="AttachToCgroup"/> where a link will do.
    /// </summary>
    /// <param name="cgroup">The cgroup.</param>
    /// <param name="attachType">The hook; null for the one its section named.</param>
    /// <param name="mode">What may be attached beside and below it. Default: anything.</param>
    /// <param name="replaced">A program that is attached there in mode <see cref="BpfCgroupAttachMode.Multiple"/> and gives its place to this
    /// one in one step (Linux 5.6). Null, the default: none.</param>
    /// <param name="order">Where among the programs there (Linux 6.15), in mode <see cref="BpfCgroupAttachMode.Multiple"/>. Null, the default: last.</param>
    /// <exception cref="BpfException"><see cref="Errno.ENOENT"/>: <paramref name="replaced"/>, or the neighbour of
    /// <paramref name="order"/>, is not attached there; <see cref="Errno.EPERM"/>: the cgroup or an ancestor has an attachment of another
    /// mode; <see cref="Errno.EINVAL"/>: the program is attached there already, or the kernel knows no order;
    /// <see cref="Errno.ESTALE"/>: the order was decided at another revision.</exception>
    public void AttachToCgroupWithoutLink(
        Cgroup cgroup,
        BpfAttachType? attachType = null,
        BpfCgroupAttachMode mode = BpfCgroupAttachMode.Multiple,
        BpfProgram? replaced = null,
        BpfAttachOrder? order = null)
    {
        ArgumentNullException.ThrowIfNull(cgroup);
        BpfAttachType hook = HookOr(attachType);
        using FdLease target = new(cgroup.Handle);
        Attach(target.Fd, hook, (uint)mode, replaced, order, $"cgroup '{cgroup.Path}'");
    }

    /// <summary>Ends <see cref="AttachToCgroupWithoutLink"/>.</summary>
    /// <exception cref="BpfException"><see cref="Errno.ENOENT"/>: it is not attached there.</exception>
    public void DetachFromCgroup(Cgroup cgroup, BpfAttachType? attachType = null)
    {
        ArgumentNullException.ThrowIfNull(cgroup);
        BpfAttachType hook = HookOr(attachType);
        using FdLease target = new(cgroup.Handle);
        Detach(target.Fd, hook, $"cgroup '{cgroup.Path}'");
    }

    /// <summary>
    /// Attaches the program to an interface by tcx or netkit without a link (Linux 6.6): it stays until <see cref="DetachFromInterface"/> or
    /// the end of the interface. Prefer <see cref="AttachToInterface"/> where a link will do.
    /// </summary>
    /// <param name="interfaceIndex">Index of the interface, in the network namespace of the calling thread.</param>
    /// <param name="attachType">The hook; null for the one its section named.</param>
    /// <param name="replaced">A program that is attached there without a link and gives its place to this one in one step. Null, the
    /// default: none.</param>
    /// <param name="order">Where among the programs there. Null, the default: last.</param>
    /// <exception cref="BpfException"><see cref="Errno.ENODEV"/>: no such interface; <see cref="Errno.EEXIST"/>: the program is attached
    /// there already; <see cref="Errno.ENOENT"/>: what it replaces or is put beside is not; <see cref="Errno.EBUSY"/>: what it replaces is
    /// held by a link; <see cref="Errno.ESTALE"/>: the order was decided at another revision; <see cref="Errno.EINVAL"/>: a kernel without
    /// tcx.</exception>
    public void AttachToInterfaceWithoutLink(
        int interfaceIndex, BpfAttachType? attachType = null, BpfProgram? replaced = null, BpfAttachOrder? order = null) =>
        Attach(interfaceIndex, HookOr(attachType), 0, replaced, order, $"interface {interfaceIndex}");

    /// <summary>Ends <see cref="AttachToInterfaceWithoutLink"/>.</summary>
    /// <exception cref="BpfException"><see cref="Errno.ENOENT"/>: it is not attached there.</exception>
    public void DetachFromInterface(int interfaceIndex, BpfAttachType? attachType = null) =>
        Detach(interfaceIndex, HookOr(attachType), $"interface {interfaceIndex}");

    /// <summary>
    /// Attaches the program to a sockmap or sockhash without a link, which every kernel can: it stays until
    /// <see cref="DetachFromSockets"/> or the end of the map. Another program at the hook is replaced.
    /// </summary>
    /// <param name="map">A map of type <see cref="BpfMapType.SockMap"/> or <see cref="BpfMapType.SockHash"/>.</param>
    /// <param name="attachType">Null for the one its section named.</param>
    /// <exception cref="BpfException">The map or the hook is of another kind, or a link holds the hook (<see cref="Errno.EBUSY"/>).</exception>
    public void AttachToSocketsWithoutLink(BpfMap map, BpfAttachType? attachType = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        BpfAttachType hook = HookOr(attachType);
        using FdLease target = new(map.Handle);
        Attach(target.Fd, hook, 0, null, null, $"map '{map.Name}'");
    }

    /// <summary>Ends <see cref="AttachToSocketsWithoutLink"/>.</summary>
    /// <exception cref="BpfException"><see cref="Errno.ENOENT"/>: it is not attached there.</exception>
    public void DetachFromSockets(BpfMap map, BpfAttachType? attachType = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        BpfAttachType hook = HookOr(attachType);
        using FdLease target = new(map.Handle);
        Detach(target.Fd, hook, $"map '{map.Name}'");
    }

    private void Attach(int target, BpfAttachType hook, uint flags, BpfProgram? replaced, BpfAttachOrder? order, string where)
    {
        const uint Replace = 4;
        using FdLease program = new(Handle);
        using FdLease old = replaced is null ? default : new FdLease(replaced.Handle);
        ProgramAttachAttributes attributes = new()
        {
            TargetFd = target,
            ProgramFd = program.Fd,
            AttachType = (uint)hook,
            Flags = flags | (replaced is null ? 0 : Replace),
            ReplaceProgramFd = old.Fd,
        };
        using FdLease neighbour = order is null ? default : order.Apply(ref attributes);
        BpfException.Check(LibC.Bpf(BpfCommand.ProgramAttach, ref attributes), $"attach program '{Name}' to {hook} of {where}");
    }

    private void Detach(int target, BpfAttachType hook, string where)
    {
        using FdLease program = new(Handle);
        ProgramAttachAttributes attributes = new() { TargetFd = target, ProgramFd = program.Fd, AttachType = (uint)hook };
        BpfException.Check(LibC.Bpf(BpfCommand.ProgramDetach, ref attributes), $"detach program '{Name}' from {hook} of {where}");
    }

    private BpfAttachType HookOr(BpfAttachType? given) => given ?? AttachType
        ?? throw new InvalidOperationException($"Program '{Name}' does not say where it attaches: give the attach type.");
}

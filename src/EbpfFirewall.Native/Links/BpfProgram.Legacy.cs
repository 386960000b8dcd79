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
    /// <exception cref="BpfException"><see cref="Errno.ENOENT"/>: <paramref name="replaced"/> is not attached there;
    /// <see cref="Errno.EPERM"/>: the cgroup or an ancestor has an attachment of another mode; <see cref="Errno.EINVAL"/>: the program is
    /// attached there already.</exception>
    public void AttachToCgroupWithoutLink(
        Cgroup cgroup, BpfAttachType? attachType = null, BpfCgroupAttachMode mode = BpfCgroupAttachMode.Multiple, BpfProgram? replaced = null)
    {
        ArgumentNullException.ThrowIfNull(cgroup);
        const uint Replace = 4;
        BpfAttachType hook = HookOr(attachType);
        using FdLease program = new(Handle);
        using FdLease target = new(cgroup.Handle);
        using FdLease old = replaced is null ? default : new FdLease(replaced.Handle);
        ProgramAttachAttributes attributes = new()
        {
            TargetFd = target.Fd,
            ProgramFd = program.Fd,
            AttachType = (uint)hook,
            Flags = (uint)mode | (replaced is null ? 0 : Replace),
            ReplaceProgramFd = old.Fd,
        };
        BpfException.Check(LibC.Bpf(BpfCommand.ProgramAttach, ref attributes), $"attach program '{Name}' to {hook} of cgroup '{cgroup.Path}'");
    }

    /// <summary>Ends <see cref="AttachToCgroupWithoutLink"/>.</summary>
    /// <exception cref="BpfException"><see cref="Errno.ENOENT"/>: it is not attached there.</exception>
    public void DetachFromCgroup(Cgroup cgroup, BpfAttachType? attachType = null)
    {
        ArgumentNullException.ThrowIfNull(cgroup);
        BpfAttachType hook = HookOr(attachType);
        using FdLease program = new(Handle);
        using FdLease target = new(cgroup.Handle);
        ProgramAttachAttributes attributes = new() { TargetFd = target.Fd, ProgramFd = program.Fd, AttachType = (uint)hook };
        BpfException.Check(LibC.Bpf(BpfCommand.ProgramDetach, ref attributes), $"detach program '{Name}' from {hook} of cgroup '{cgroup.Path}'");
    }

    private BpfAttachType HookOr(BpfAttachType? given) => given ?? AttachType
        ?? throw new InvalidOperationException($"Program '{Name}' does not say where it attaches: give the attach type.");
}

using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.Links;

namespace EbpfFirewall.Native;

public sealed partial class BpfProgram
{
    /// <summary>Attaches the program to a cgroup, beside other programs there (Linux 5.7).</summary>
    /// <param name="cgroup">The cgroup; its descendants are covered, too.</param>
    /// <param name="attachType">The hook. Null, the default: the one its section named.</param>
    /// <param name="order">Where among the programs there (Linux 6.15). Null, the default: last.</param>
    /// <exception cref="InvalidOperationException">No hook is given or known.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public BpfLink AttachToCgroup(Cgroup cgroup, BpfAttachType? attachType = null, BpfAttachOrder? order = null)
    {
        ArgumentNullException.ThrowIfNull(cgroup);
        BpfAttachType hook = HookOr(attachType);
        using FdLease target = new(cgroup.Handle);
        LinkCreateAttributes attributes = new() { TargetFd = target.Fd, AttachType = (uint)hook };
        using FdLease neighbour = order is null ? default : order.Apply(ref attributes);
        return BpfLinkCreation.Create(this, ref attributes, $"{hook} of cgroup '{cgroup.Path}'");
    }
}

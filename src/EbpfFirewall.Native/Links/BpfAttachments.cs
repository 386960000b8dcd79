using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

/// <summary>What is attached to one hook of a cgroup or an interface, in the order in which it runs (BPF_PROG_QUERY).</summary>
/// <param name="Programs">The programs.</param>
/// <param name="Revision">Rises with every change; 0 where the kernel does not count (cgroups before 6.15).</param>
public sealed record BpfAttachments(IReadOnlyList<BpfAttachment> Programs, ulong Revision)
{
    /// <summary>Asks for the programs of a cgroup.</summary>
    /// <param name="cgroup">The cgroup.</param>
    /// <param name="hook">The hook.</param>
    /// <param name="effective">True for all that run for its processes, those of its ancestors included. Default: only its own.</param>
    /// <exception cref="BpfException">The kernel refused; it needs CAP_NET_ADMIN.</exception>
    public static BpfAttachments OfCgroup(Cgroup cgroup, BpfAttachType hook, bool effective = false)
    {
        ArgumentNullException.ThrowIfNull(cgroup);
        using FdLease lease = new(cgroup.Handle);
        return Query(lease.Fd, hook, effective ? 1u : 0, withLinks: false, $"list programs of {hook} of cgroup '{cgroup.Path}'");
    }

    /// <summary>Asks for the tcx or netkit programs of an interface (Linux 6.6).</summary>
    /// <param name="interfaceIndex">Index of the interface, in the network namespace of the calling thread.</param>
    /// <param name="hook">Such as <see cref="BpfAttachType.TcxIngress"/>.</param>
    /// <exception cref="BpfException"><see cref="Errno.ENODEV"/>: no such interface; <see cref="Errno.EINVAL"/>: a kernel without tcx.</exception>
    public static BpfAttachments OfInterface(int interfaceIndex, BpfAttachType hook) =>
        Query(interfaceIndex, hook, 0, withLinks: true, $"list programs of {hook} of interface {interfaceIndex}");

    private static unsafe BpfAttachments Query(int target, BpfAttachType hook, uint flags, bool withLinks, string operation)
    {
        uint capacity = 64;
        while (true)
        {
            uint[] programs = new uint[capacity];
            uint[] links = new uint[capacity];
            fixed (uint* programPointer = programs)
            fixed (uint* linkPointer = links)
            {
                ProgramQueryAttributes attributes = new()
                {
                    TargetFd = target,
                    AttachType = (uint)hook,
                    QueryFlags = flags,
                    ProgramIds = programPointer,
                    Count = capacity,

                    // Kernels before 6.6 refuse fields that they do not know.
                    LinkIds = withLinks ? linkPointer : null,
                };
                int result = LibC.Bpf(BpfCommand.ProgramQuery, ref attributes);
                if (result == -(int)Errno.ENOSPC)
                {
                    capacity = Math.Max(attributes.Count, capacity * 2);
                    continue;
                }

                BpfException.Check(result, operation);
                return new BpfAttachments(
                    [.. Enumerable.Range(0, (int)attributes.Count).Select(i => new BpfAttachment(programs[i], links[i]))], attributes.Revision);
            }
        }
    }
}

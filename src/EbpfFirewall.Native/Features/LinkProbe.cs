using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native.Features;

/// <summary>Probes links by creating one on a target that cannot exist: the error tells whether the kernel looked for it.</summary>
internal static unsafe class LinkProbe
{
    internal static FeatureSupport Type(BpfLinkType type) => type switch
    {
        BpfLinkType.Cgroup => Try(BpfProgramType.CgroupSkb, BpfAttachType.CgroupInetEgress, Errno.EBADF),
        BpfLinkType.Tcx => Try(BpfProgramType.SchedCls, BpfAttachType.TcxEgress, Errno.ENODEV),
        BpfLinkType.Netkit => Try(BpfProgramType.SchedCls, BpfAttachType.NetkitPrimary, Errno.ENODEV),
        BpfLinkType.PerfEvent => Try(BpfProgramType.Tracepoint, BpfAttachType.PerfEvent, Errno.EBADF),
        BpfLinkType.KprobeMulti => Try(BpfProgramType.Kprobe, BpfAttachType.TraceKprobeMulti, Errno.EFAULT),
        BpfLinkType.Netfilter => Try(BpfProgramType.Netfilter, BpfAttachType.Netfilter, Errno.EAFNOSUPPORT),
        _ => FeatureSupport.Unknown,
    };

    private static FeatureSupport Try(BpfProgramType type, BpfAttachType hook, Errno whenKnown)
    {
        using SafeProgramHandle? program = ProgramProbe.TryLoad(type, hook);
        if (program is null)
        {
            return KernelFeatures.Probe(type) is FeatureSupport.Yes ? FeatureSupport.Unknown : KernelFeatures.Probe(type);
        }

        using FdLease lease = new(program);
        LinkCreateAttributes attributes = new()
        {
            ProgramFd = lease.Fd,
            TargetFd = hook == BpfAttachType.Netfilter ? 0 : int.MaxValue,
            AttachType = (uint)hook,
        };
        if (hook == BpfAttachType.TraceKprobeMulti)
        {
            // One name at an address that nobody can read.
            attributes.KprobeCount = 1;
            attributes.KprobeSymbols = (void*)1;
        }

        int result = LibC.Bpf(BpfCommand.LinkCreate, ref attributes);
        if (result >= 0)
        {
            LibC.Close(result);
            return FeatureSupport.Yes;
        }

        return (Errno)(-result) == whenKnown
            ? FeatureSupport.Yes
            : (Errno)(-result) switch
            {
                Errno.EINVAL or Errno.E2BIG or Errno.EOPNOTSUPP => FeatureSupport.No,
                Errno.EPERM => FeatureSupport.NotAllowed,
                _ => FeatureSupport.Unknown,
            };
    }
}

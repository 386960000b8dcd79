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
        BpfLinkType.UprobeMulti => Try(BpfProgramType.Kprobe, BpfAttachType.TraceUprobeMulti, Errno.EFAULT),
        BpfLinkType.NetworkNamespace => Try(BpfProgramType.SkLookup, BpfAttachType.SkLookup, Errno.EBADF),
        BpfLinkType.SockMap => Try(BpfProgramType.SkMsg, BpfAttachType.SkMsgVerdict, Errno.EBADF),
        BpfLinkType.StructOps => StructOps(),
        BpfLinkType.Netfilter => Try(BpfProgramType.Netfilter, BpfAttachType.Netfilter, Errno.EAFNOSUPPORT),
        _ => FeatureSupport.Unknown,
    };

    /// <summary>Whether a new link of this type can be put before or after others.</summary>
    internal static FeatureSupport Order(BpfLinkType type) => type switch
    {
        BpfLinkType.Cgroup => Try(BpfProgramType.CgroupSkb, BpfAttachType.CgroupInetEgress, Errno.EBADF, BpfAttachOrder.BeforeFlag),
        BpfLinkType.Tcx or BpfLinkType.Netkit => Type(type),
        _ => FeatureSupport.No,
    };

    /// <summary>Links of struct_ops are made of maps: whether those know the flag. The value's type is none, which is looked at later.</summary>
    private static FeatureSupport StructOps()
    {
        MapCreateAttributes attributes = new()
        {
            MapType = (uint)BpfMapType.StructOps,
            KeySize = 4,
            ValueSize = 4,
            MaxEntries = 1,
            Flags = BpfAttachOrder.LinkFlag,
            BtfVmlinuxValueTypeId = 1,
        };
        return (Errno)(-LibC.Bpf(BpfCommand.MapCreate, ref attributes)) switch
        {
            Errno.ENOTSUPP => FeatureSupport.Yes,
            Errno.EPERM => FeatureSupport.NotAllowed,
            Errno.EINVAL or Errno.E2BIG => FeatureSupport.No,
            _ => FeatureSupport.Unknown,
        };
    }

    private static FeatureSupport Try(BpfProgramType type, BpfAttachType hook, Errno whenKnown, uint flags = 0)
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
            Flags = flags,
        };
        if (hook == BpfAttachType.TraceKprobeMulti)
        {
            // One name at an address that nobody can read.
            attributes.KprobeCount = 1;
            attributes.KprobeSymbols = (void*)1;
        }
        else if (hook == BpfAttachType.TraceUprobeMulti)
        {
            // A path and one offset at such an address.
            attributes.UprobePath = (void*)1;
            attributes.UprobeOffsets = (void*)1;
            attributes.UprobeCount = 1;
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

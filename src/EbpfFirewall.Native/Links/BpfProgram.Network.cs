using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.Links;

namespace EbpfFirewall.Native;

public sealed partial class BpfProgram
{
    /// <summary>
    /// Attaches a classifier to an interface by tcx (Linux 6.6) or, for a pair of netkit devices, by netkit (6.7). Mind the direction: from
    /// the host's side of a veth pair, what the guest sends is ingress.
    /// </summary>
    /// <param name="interfaceIndex">Index of the interface, in the network namespace of the calling thread.</param>
    /// <param name="attachType"><see cref="BpfAttachType.TcxIngress"/>, <see cref="BpfAttachType.TcxEgress"/>, or of netkit
    /// <see cref="BpfAttachType.NetkitPrimary"/> and <see cref="BpfAttachType.NetkitPeer"/>, both by the primary device; null for the one its section named.</param>
    /// <param name="order">Where among the programs there. Null, the default: last.</param>
    /// <exception cref="BpfException"><see cref="Errno.ENODEV"/>: no such interface; <see cref="Errno.EINVAL"/>: a kernel without tcx;
    /// <see cref="Errno.ESTALE"/>: the order was decided at another revision.</exception>
    public BpfLink AttachToInterface(int interfaceIndex, BpfAttachType? attachType = null, BpfAttachOrder? order = null)
    {
        BpfAttachType hook = HookOr(attachType);
        LinkCreateAttributes attributes = new() { TargetFd = interfaceIndex, AttachType = (uint)hook };
        using FdLease neighbour = order is null ? default : order.Apply(ref attributes);
        return BpfLinkCreation.Create(this, ref attributes, $"{hook} of interface {interfaceIndex}");
    }

    /// <summary>Attaches an XDP program to an interface (Linux 5.9).</summary>
    /// <param name="interfaceIndex">Index of the interface, in the network namespace of the calling thread.</param>
    /// <param name="mode">Where it runs. Default: in the driver if it can.</param>
    /// <exception cref="BpfException"><see cref="Errno.EBUSY"/>: the interface has an XDP program; <see cref="Errno.EOPNOTSUPP"/>: the driver
    /// has no such mode; <see cref="Errno.EINVAL"/>: no such interface.</exception>
    public BpfLink AttachToXdp(int interfaceIndex, XdpMode mode = XdpMode.Any)
    {
        LinkCreateAttributes attributes = new() { TargetFd = interfaceIndex, AttachType = (uint)BpfAttachType.Xdp, Flags = (uint)mode };
        return BpfLinkCreation.Create(this, ref attributes, $"XDP of interface {interfaceIndex}");
    }

    /// <summary>Attaches a netfilter program (Linux 6.4), in the network namespace of the calling thread.</summary>
    /// <param name="protocolFamily">2 for IPv4, 10 for IPv6.</param>
    /// <param name="hook">NF_INET_*: 0 pre-routing, 1 input, 2 forward, 3 output, 4 post-routing.</param>
    /// <param name="priority">Order among hooks; neither the lowest nor the highest number.</param>
    public BpfLink AttachToNetfilter(int protocolFamily, int hook, int priority)
    {
        LinkCreateAttributes attributes = new()
        {
            AttachType = (uint)BpfAttachType.Netfilter,
            NetfilterFamily = (uint)protocolFamily,
            NetfilterHook = (uint)hook,
            NetfilterPriority = priority,
        };
        return BpfLinkCreation.Create(this, ref attributes, $"netfilter hook {hook}");
    }

    /// <summary>Attaches a program to a sockmap or sockhash whose sockets it is to see (Linux 6.10).</summary>
    /// <param name="map">A map of type <see cref="BpfMapType.SockMap"/> or <see cref="BpfMapType.SockHash"/>.</param>
    /// <param name="attachType">Null for the one its section named.</param>
    public BpfLink AttachToSockets(BpfMap map, BpfAttachType? attachType = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        BpfAttachType hook = HookOr(attachType);
        using FdLease target = new(map.Handle);
        LinkCreateAttributes attributes = new() { TargetFd = target.Fd, AttachType = (uint)hook };
        return BpfLinkCreation.Create(this, ref attributes, $"{hook} of map '{map.Name}'");
    }

    /// <summary>Attaches a program that looks sockets up or dissects flows to a network namespace (Linux 5.9).</summary>
    /// <param name="network">The namespace.</param>
    /// <param name="attachType"><see cref="BpfAttachType.SkLookup"/> or <see cref="BpfAttachType.FlowDissector"/>; null for the one its section named.</param>
    public BpfLink AttachToNetworkNamespace(NetworkNamespace network, BpfAttachType? attachType = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        BpfAttachType hook = HookOr(attachType);
        using FdLease target = new(network.Handle);
        LinkCreateAttributes attributes = new() { TargetFd = target.Fd, AttachType = (uint)hook };
        return BpfLinkCreation.Create(this, ref attributes, $"{hook} of network namespace '{network.Path}'");
    }
}

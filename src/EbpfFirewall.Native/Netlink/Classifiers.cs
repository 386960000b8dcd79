using System.Runtime.InteropServices;
using System.Text;
using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.Netlink;

namespace EbpfFirewall.Native;

/// <summary>
/// BPF filters of interfaces by clsact, for kernels before tcx (6.6). Unlike links they outlive the process: what sets one removes it.
/// All calls act in the network namespace of the calling thread and need CAP_NET_ADMIN there; see tc-bpf(8).
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class Classifiers
{
    private const ushort NewQdisc = 36;
    private const ushort DeleteQdisc = 37;
    private const ushort NewFilter = 44;
    private const ushort DeleteFilter = 45;
    private const ushort GetFilter = 46;
    private const ushort Kind = 1;
    private const ushort Options = 2;
    private const ushort BpfFd = 6;
    private const ushort BpfName = 7;
    private const ushort BpfFlags = 8;
    private const ushort BpfId = 11;
    private const uint ClsactHandle = 0xffff0000;
    private const uint ClsactParent = 0xfffffff1;
    private const ushort AllProtocols = 3;

    /// <summary>Gives an interface the clsact discipline, under which filters stand.</summary>
    /// <returns>False when it has it already.</returns>
    /// <exception cref="BpfException"><see cref="Errno.ENODEV"/>: no such interface; <see cref="Errno.EEXIST"/>: the older <c>ingress</c>
    /// discipline is in its place.</exception>
    public static bool Prepare(int interfaceIndex)
    {
        TrafficControlMessage header = new() { InterfaceIndex = interfaceIndex, Handle = ClsactHandle, Parent = ClsactParent };
        NetlinkMessage message = new NetlinkMessage(NewQdisc, NetlinkMessage.Acknowledge | NetlinkMessage.Create | NetlinkMessage.Exclusive)
            .Header(header).Attribute(Kind, "clsact");
        return Change(message, $"give interface {interfaceIndex} a clsact qdisc", Errno.EEXIST);
    }

    /// <summary>Removes clsact and every filter under it.</summary>
    /// <returns>False when there is none.</returns>
    public static bool Clear(int interfaceIndex)
    {
        TrafficControlMessage header = new() { InterfaceIndex = interfaceIndex, Handle = ClsactHandle, Parent = ClsactParent };
        NetlinkMessage message = new NetlinkMessage(DeleteQdisc, NetlinkMessage.Acknowledge).Header(header).Attribute(Kind, "clsact");
        return Change(message, $"remove the clsact qdisc of interface {interfaceIndex}", Errno.ENOENT, Errno.EINVAL);
    }

    /// <summary>Sets a direct-action filter; one with the same priority and handle is replaced in one step.</summary>
    /// <param name="program">A classifier, <see cref="BpfProgramType.SchedCls"/>.</param>
    /// <param name="interfaceIndex">The interface; <see cref="Prepare"/> it first.</param>
    /// <param name="direction">Which side.</param>
    /// <param name="priority">Lower runs earlier; not 0. Default: 1.</param>
    /// <param name="handle">Number among filters of one priority; not 0. Default: 1.</param>
    /// <exception cref="BpfException">The kernel refused, in its own words where it has some.</exception>
    public static void Set(BpfProgram program, int interfaceIndex, TrafficDirection direction, ushort priority = 1, uint handle = 1)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentOutOfRangeException.ThrowIfZero(priority);
        ArgumentOutOfRangeException.ThrowIfZero(handle);
        const uint DirectAction = 1;
        using FdLease lease = new(program.Handle);
        uint fd = (uint)lease.Fd;
        NetlinkMessage message = new NetlinkMessage(NewFilter, NetlinkMessage.Acknowledge | NetlinkMessage.Create | NetlinkMessage.Replace)
            .Header(HeaderFor(interfaceIndex, direction, priority, handle))
            .Attribute(Kind, "bpf")
            .Nested(Options, m => m.Attribute(BpfFd, fd).Attribute(BpfName, program.Name).Attribute(BpfFlags, DirectAction));
        Change(message, $"set program '{program.Name}' as {direction} filter of interface {interfaceIndex}");
    }

    /// <summary>Removes a filter.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="BpfException"><see cref="Errno.EINVAL"/>: the interface has no clsact.</exception>
    public static bool Remove(int interfaceIndex, TrafficDirection direction, ushort priority = 1, uint handle = 1)
    {
        NetlinkMessage message = new NetlinkMessage(DeleteFilter, NetlinkMessage.Acknowledge)
            .Header(HeaderFor(interfaceIndex, direction, priority, handle)).Attribute(Kind, "bpf");
        return Change(message, $"remove a {direction} filter of interface {interfaceIndex}", Errno.ENOENT);
    }

    /// <summary>The BPF filters of one side of an interface, in no particular order; none without clsact.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static IReadOnlyList<ClassifierFilter> List(int interfaceIndex, TrafficDirection direction)
    {
        using NetlinkSocket socket = new(NetlinkSocket.Route);
        TrafficControlMessage header = new() { InterfaceIndex = interfaceIndex, Parent = ParentOf(direction) };
        List<ClassifierFilter> filters = [];
        foreach (byte[] body in socket.Dump(new NetlinkMessage(GetFilter, NetlinkMessage.Dump).Header(header), $"list {direction} filters of interface {interfaceIndex}"))
        {
            TrafficControlMessage found = MemoryMarshal.Read<TrafficControlMessage>(body);
            Dictionary<int, byte[]> attributes = NetlinkMessage.ParseAttributes(body.AsSpan(20));

            // A first message stands for the priority as a whole: its handle is 0.
            if (found.Handle != 0 && attributes.TryGetValue(Kind, out byte[]? kind) && kind.AsSpan().StartsWith("bpf"u8)
                && attributes.TryGetValue(Options, out byte[]? options))
            {
                Dictionary<int, byte[]> bpf = NetlinkMessage.ParseAttributes(options);
                filters.Add(new ClassifierFilter(
                    bpf.TryGetValue(BpfName, out byte[]? name) ? Encoding.UTF8.GetString(name).TrimEnd('\0') : "",
                    Number(bpf, BpfId),
                    (ushort)(found.Info >> 16),
                    found.Handle,
                    (Number(bpf, BpfFlags) & 1) != 0));
            }
        }

        return filters;
    }

    private static uint Number(Dictionary<int, byte[]> attributes, int type) =>
        attributes.TryGetValue(type, out byte[]? value) && value.Length >= 4 ? MemoryMarshal.Read<uint>(value) : 0;

    private static uint ParentOf(TrafficDirection direction) => direction switch
    {
        TrafficDirection.Ingress => 0xfffffff2,
        TrafficDirection.Egress => 0xfffffff3,
        _ => throw new ArgumentOutOfRangeException(nameof(direction)),
    };

    private static TrafficControlMessage HeaderFor(int interfaceIndex, TrafficDirection direction, ushort priority, uint handle) => new()
    {
        InterfaceIndex = interfaceIndex,
        Handle = handle,
        Parent = ParentOf(direction),
        Info = ((uint)priority << 16) | NetlinkMessage.NetworkOrder(AllProtocols),
    };

    /// <summary>False when the kernel answers with one of the errors that the caller takes for "no need".</summary>
    private static bool Change(NetlinkMessage message, string operation, params ReadOnlySpan<Errno> harmless)
    {
        using NetlinkSocket socket = new(NetlinkSocket.Route);
        (Errno error, string? text) = socket.Change(message);
        return error == Errno.None || (harmless.Contains(error) ? false : throw new BpfException(error, operation, text));
    }
}

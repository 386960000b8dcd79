using System.Collections.Concurrent;
using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

/// <summary>
/// A program attached to something. It stays attached until <see cref="Dispose"/>, <see cref="Detach"/> or the end of the process;
/// a pin keeps it beyond that.
/// </summary>
/// <remarks>
/// Safe for concurrent use. A link that is merely forgotten is not detached: the library keeps every link it created alive until it is
/// disposed, and with it the program and the object that it came from.
/// </remarks>
public sealed partial class BpfLink : IDisposable
{
    // Roots: without them the garbage collector would decide when a program stops being attached.
    private static readonly ConcurrentDictionary<BpfLink, BpfProgram?> Attached = new(ReferenceEqualityComparer.Instance);

    internal BpfLink(SafeLinkHandle handle, BpfProgram? program)
    {
        Handle = handle;
        Attached.TryAdd(this, program);
    }

    /// <summary>How many links this process holds, opened ones included.</summary>
    public static int OpenCount => Attached.Count;

    /// <summary>The descriptor.</summary>
    public SafeLinkHandle Handle { get; }

    /// <summary>Opens a pinned link.</summary>
    /// <exception cref="BpfException">There is no such pin, or it is not a link.</exception>
    public static BpfLink OpenPinned(string path) => new(new SafeLinkHandle(BpfPin.Open(path, "link")), null);

    /// <summary>Opens a link by its id; needs CAP_SYS_ADMIN.</summary>
    /// <exception cref="BpfException">No such link any more, or not allowed.</exception>
    public static BpfLink OpenById(uint id) => new(new SafeLinkHandle(BpfIds.Open(BpfCommand.LinkGetFdById, id, "link")), null);

    /// <summary>Ids of all links of the system, ascending; needs CAP_SYS_ADMIN.</summary>
    public static IEnumerable<uint> ListIds() => BpfIds.List(BpfCommand.LinkGetNextId, "links");

    /// <summary>Asks the kernel for the link's properties.</summary>
    public unsafe BpfLinkInfo GetInfo()
    {
        LinkInfo info = default;
        BpfInfo.Read(Handle, &info, sizeof(LinkInfo), "link");
        BpfLinkType type = (BpfLinkType)info.Type;
        BpfAttachType? attachType = type switch
        {
            BpfLinkType.Cgroup => (BpfAttachType)info.CgroupAttachType,
            BpfLinkType.Tcx or BpfLinkType.Netkit or BpfLinkType.NetworkNamespace or BpfLinkType.SockMap => (BpfAttachType)info.InterfaceAttachType,
            BpfLinkType.Tracing => (BpfAttachType)info.TracingAttachType,
            _ => null,
        };
        bool hasInterface = type is BpfLinkType.Xdp or BpfLinkType.Tcx or BpfLinkType.Netkit;
        return new BpfLinkInfo(
            info.Id, type, info.ProgramId, attachType, type == BpfLinkType.Cgroup ? info.CgroupId : 0, hasInterface ? info.InterfaceIndex : 0);
    }

    /// <summary>Replaces the program in one step; no event is missed.</summary>
    /// <param name="program">The new one, of the same type and hook.</param>
    /// <param name="expected">If not null, the replacement happens only while this one is attached.</param>
    /// <exception cref="BpfException"><see cref="Errno.EPERM"/> when another program than <paramref name="expected"/> is attached,
    /// <see cref="Errno.ENOLINK"/> when the link's target is gone.</exception>
    public void Update(BpfProgram program, BpfProgram? expected = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        const uint Replace = 4;
        using FdLease lease = new(Handle);
        using FdLease newLease = new(program.Handle);
        using FdLease oldLease = expected is null ? default : new FdLease(expected.Handle);
        LinkUpdateAttributes attributes = new()
        {
            LinkFd = lease.Fd,
            NewProgramFd = newLease.Fd,
            Flags = expected is null ? 0 : Replace,
            OldProgramFd = oldLease.Fd,
        };
        int result = LibC.Bpf(BpfCommand.LinkUpdate, ref attributes);
        if (result < 0)
        {
            string? advice = expected is not null && result == -(int)Errno.EPERM ? $"The link holds another program than '{expected.Name}'." : null;
            throw new BpfException((Errno)(-result), $"put program '{program.Name}' into a link", advice);
        }

        Attached[this] = program;
    }

    /// <summary>Detaches now, whoever else holds the link or has it pinned. The link remains as an object without effect.</summary>
    public void Detach()
    {
        using FdLease lease = new(Handle);
        LinkFdAttributes attributes = new() { LinkFd = lease.Fd };
        BpfException.Check(LibC.Bpf(BpfCommand.LinkDetach, ref attributes), "detach a link");
    }

    /// <summary>Pins the link, so that the program stays attached when this process ends.</summary>
    /// <exception cref="BpfException">The path is taken, or not on a BPF file system.</exception>
    public void Pin(string path) => BpfPin.Create(Handle, path);

    /// <summary>Closes the link, which detaches the program unless the link is pinned or open elsewhere.</summary>
    public void Dispose()
    {
        Attached.TryRemove(this, out _);
        Handle.Dispose();
    }
}

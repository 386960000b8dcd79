using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

/// <summary>
/// Where among the programs of a hook a new one goes: tcx and netkit (Linux 6.6), cgroups (6.15). Without an order it goes last, which
/// every kernel does.
/// </summary>
/// <remarks>Immutable and safe for concurrent use.</remarks>
public sealed record BpfAttachOrder
{
    internal const uint BeforeFlag = 1 << 3;
    internal const uint LinkFlag = 1 << 13;
    private const uint AfterFlag = 1 << 4;

    private readonly uint _flags;
    private readonly System.Runtime.InteropServices.SafeHandle? _relative;

    private BpfAttachOrder(uint flags, System.Runtime.InteropServices.SafeHandle? relative)
    {
        _flags = flags;
        _relative = relative;
    }

    /// <summary>Runs before all that are there now.</summary>
    public static BpfAttachOrder First { get; } = new(BeforeFlag, null);

    /// <summary>Runs after all that are there now.</summary>
    public static BpfAttachOrder Last { get; } = new(AfterFlag, null);

    /// <summary>
    /// The revision of the hook, see <see cref="BpfAttachments.Revision"/>, at which the order was decided. When something was attached or
    /// detached since, attaching fails with <see cref="Errno.ESTALE"/>. Default: 0, any.
    /// </summary>
    public ulong ExpectedRevision { get; init; }

    /// <summary>Runs directly before a link's program; the link must be open while this is used.</summary>
    public static BpfAttachOrder Before(BpfLink link) => new(BeforeFlag | LinkFlag, HandleOf(link));

    /// <summary>Runs directly after a link's program; the link must be open while this is used.</summary>
    public static BpfAttachOrder After(BpfLink link) => new(AfterFlag | LinkFlag, HandleOf(link));

    /// <summary>Runs directly before a program that is attached there without a link.</summary>
    public static BpfAttachOrder Before(BpfProgram program) => new(BeforeFlag, HandleOf(program));

    /// <summary>Runs directly after a program that is attached there without a link.</summary>
    public static BpfAttachOrder After(BpfProgram program) => new(AfterFlag, HandleOf(program));

    /// <summary>Keeps the neighbour open while the attributes refer to it.</summary>
    internal FdLease Apply(ref LinkCreateAttributes attributes)
    {
        FdLease lease = _relative is null ? default : new FdLease(_relative);
        attributes.Flags |= _flags;
        attributes.RelativeFd = lease.Fd;
        attributes.ExpectedRevision = ExpectedRevision;
        return lease;
    }

    /// <summary>The same for attaching without a link.</summary>
    internal FdLease Apply(ref ProgramAttachAttributes attributes)
    {
        FdLease lease = _relative is null ? default : new FdLease(_relative);
        attributes.Flags |= _flags;
        attributes.RelativeFd = lease.Fd;
        attributes.ExpectedRevision = ExpectedRevision;
        return lease;
    }

    private static SafeLinkHandle HandleOf(BpfLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        return link.Handle;
    }

    private static SafeProgramHandle HandleOf(BpfProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return program.Handle;
    }
}

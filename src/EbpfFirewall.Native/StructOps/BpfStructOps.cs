using System.Runtime.InteropServices;
using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.StructOps;

namespace EbpfFirewall.Native;

/// <summary>
/// An implementation of a structure of the kernel by programs (<c>struct_ops</c>), such as a TCP congestion control: loaded, and in effect
/// once it is attached or registered.
/// </summary>
/// <remarks>Safe for concurrent use. It lives as long as the object that it came from.</remarks>
public sealed class BpfStructOps
{
    private readonly StructOpsDefinition _definition;
    private readonly StructOpsTarget _target;
    private readonly IReadOnlyDictionary<string, BpfProgram> _programs;
    private readonly Lock _storing = new();
    private bool _isStored;

    internal BpfStructOps(StructOpsDefinition definition, StructOpsTarget target, BpfMap map, IReadOnlyDictionary<string, BpfProgram> programs)
    {
        _definition = definition;
        _target = target;
        _programs = programs;
        Map = map;
    }

    /// <summary>Name of the variable.</summary>
    public string Name => _definition.Name;

    /// <summary>The structure that is implemented, such as <c>tcp_congestion_ops</c>.</summary>
    public string KernelType => _definition.KernelType;

    /// <summary>True when it is for <see cref="Attach"/> (section <c>.struct_ops.link</c>), false when it is for <see cref="Register"/>.</summary>
    public bool HasLink => _definition.HasLink;

    /// <summary>The map that holds it in the kernel.</summary>
    public BpfMap Map { get; }

    /// <summary>Puts it into effect until the link ends (Linux 6.4).</summary>
    /// <exception cref="InvalidOperationException">It is for <see cref="Register"/>.</exception>
    /// <exception cref="BpfException">The kernel refused: a name that is taken (<see cref="Errno.EEXIST"/>), a member that is missing.</exception>
    public BpfLink Attach()
    {
        Prepare();
        using FdLease lease = new(Map.Handle);
        LinkCreateAttributes attributes = new() { ProgramFd = lease.Fd, AttachType = (uint)BpfAttachType.StructOps };
        int fd = BpfException.Check(LibC.Bpf(BpfCommand.LinkCreate, ref attributes), $"attach '{Name}' as a '{KernelType}'");
        return new BpfLink(new SafeLinkHandle(fd), null);
    }

    /// <summary>Takes the place of another implementation of the same structure in one step.</summary>
    /// <param name="link">The link of the other one.</param>
    /// <exception cref="InvalidOperationException">It is for <see cref="Register"/>.</exception>
    /// <exception cref="BpfException">The kernel refused: what was registered under a name must keep it (<see cref="Errno.EINVAL"/>), and not
    /// every structure can be replaced (<see cref="Errno.EOPNOTSUPP"/>).</exception>
    public void Replace(BpfLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        Prepare();
        using FdLease map = new(Map.Handle);
        using FdLease lease = new(link.Handle);
        LinkUpdateAttributes attributes = new() { LinkFd = lease.Fd, NewProgramFd = map.Fd };
        BpfException.Check(LibC.Bpf(BpfCommand.LinkUpdate, ref attributes), $"put '{Name}' into a link");
    }

    /// <summary>Puts it into effect until <see cref="Unregister"/>, or the end of the map: a pin of the map keeps it.</summary>
    /// <exception cref="InvalidOperationException">It is for <see cref="Attach"/>.</exception>
    /// <exception cref="BpfException">The kernel refused: a name that is taken (<see cref="Errno.EEXIST"/>), a member that is missing.</exception>
    public void Register()
    {
        if (HasLink)
        {
            throw new InvalidOperationException($"'{Name}' is in section '.struct_ops.link': attach it.");
        }

        Store();
    }

    /// <summary>Ends <see cref="Register"/>; false when it is not registered.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool Unregister() => Map.Delete([0, 0, 0, 0]);

    private void Prepare()
    {
        if (!HasLink)
        {
            throw new InvalidOperationException($"'{Name}' is in section '.struct_ops': register it.");
        }

        lock (_storing)
        {
            if (!_isStored)
            {
                Store();
                _isStored = true;
            }
        }
    }

    private void Store()
    {
        List<SafeHandle> held = [];
        try
        {
            byte[] value = _target.Compose(name =>
            {
                SafeHandle handle = _programs.TryGetValue(name, out BpfProgram? program)
                    ? program.Handle
                    : throw new BpfException(Errno.ENOENT, $"implement '{KernelType}'", $"Program '{name}' was not loaded.");
                bool added = false;
                handle.DangerousAddRef(ref added);
                held.Add(handle);
                return (int)handle.DangerousGetHandle();
            });
            Map.Update([0, 0, 0, 0], value);
        }
        finally
        {
            held.ForEach(static h => h.DangerousRelease());
        }
    }
}

using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

/// <summary>
/// A BPF token (Linux 6.9): lets a process in a user namespace create maps and load programs of the kinds that were delegated to it, without
/// privileges in the initial namespace. It is taken from a BPF file system that was mounted in that user namespace with
/// <c>delegate_*</c> options; <see cref="BpfDelegation"/> makes one. Give it to <see cref="BpfLoadOptions.Token"/> and
/// <see cref="BpfMap.Create"/>.
/// </summary>
/// <remarks>Safe for concurrent use. What was made with a token outlives it.</remarks>
public sealed class BpfToken : IDisposable
{
    /// <summary>BPF_F_TOKEN_FD: there is a token.</summary>
    internal const uint Flag = 1 << 16;

    private BpfToken(SafeTokenHandle handle) => Handle = handle;

    /// <summary>The descriptor.</summary>
    public SafeTokenHandle Handle { get; }

    /// <summary>Takes a token from a BPF file system.</summary>
    /// <param name="path">Where it is mounted.</param>
    /// <exception cref="BpfException"><see cref="Errno.ENOENT"/>: nothing is delegated there; <see cref="Errno.EINVAL"/>: the path is not the
    /// root of a BPF file system, or a kernel without tokens; <see cref="Errno.EPERM"/>: the file system belongs to another user namespace,
    /// or the process has no CAP_BPF in its own; <see cref="Errno.EOPNOTSUPP"/>: the initial user namespace, which needs no tokens.</exception>
    public static BpfToken Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using SafeFileHandle folder = LibC.OpenDirectory(path);
        return Create(folder, path);
    }

    internal static BpfToken Create(SafeFileHandle folder, string path)
    {
        using FdLease lease = new(folder);
        TokenCreateAttributes attributes = new() { FileSystemFd = lease.Fd };
        int fd = LibC.Bpf(BpfCommand.TokenCreate, ref attributes);
        string? advice = (Errno)(-Math.Min(fd, 0)) switch
        {
            Errno.ENOENT => "Nothing is delegated there: it must be mounted with delegate_* options.",
            Errno.EINVAL => "It is not the root of a BPF file system, or the kernel has no tokens (Linux 6.9 has).",
            Errno.EOPNOTSUPP => "A process in the initial user namespace needs no token.",
            _ => null,
        };
        return fd < 0 ? throw new BpfException((Errno)(-fd), $"take a BPF token from '{path}'", advice) : new BpfToken(new SafeTokenHandle(fd));
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}

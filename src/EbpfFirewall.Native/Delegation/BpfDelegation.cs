using System.Globalization;
using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

/// <summary>
/// Delegation of BPF to a user namespace (Linux 6.9), between two processes. The one in the namespace calls <see cref="Request"/> and tells
/// the privileged one its process id and <see cref="Descriptor"/>; that one calls <see cref="Grant"/>; then <see cref="CreateToken"/> works.
/// </summary>
/// <remarks>
/// Not safe for concurrent use; one owner. The steps are what the kernel asks for: a BPF file system belongs to the user namespace that began
/// it, and only CAP_SYS_ADMIN in the initial one may set what it delegates.
/// </remarks>
public sealed class BpfDelegation : IDisposable
{
    private readonly SafeFileHandle _context;
    private SafeFileHandle? _mount;

    private BpfDelegation(SafeFileHandle context) => _context = context;

    /// <summary>The number that <see cref="Grant"/> wants to know.</summary>
    public int Descriptor => (int)_context.DangerousGetHandle();

    /// <summary>In the user namespace: begins a BPF file system.</summary>
    /// <exception cref="BpfException">Not allowed: it takes CAP_SYS_ADMIN in the user namespace of the mount namespace.</exception>
    public static BpfDelegation Request() => new(LibC.OpenFileSystem("bpf"));

    /// <summary>In the privileged process: makes the file system that another process has begun, with what is delegated to it.</summary>
    /// <param name="pid">The process in the user namespace, as this process sees it.</param>
    /// <param name="descriptor">Its <see cref="Descriptor"/>.</param>
    /// <param name="grant">What it may do.</param>
    /// <exception cref="BpfException">No such process or descriptor; <see cref="Errno.EINVAL"/>: a kernel without delegation;
    /// <see cref="Errno.EPERM"/>: this process may not.</exception>
    public static void Grant(int pid, int descriptor, BpfGrant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        using SafeFileHandle process = LibC.OpenProcess(pid);
        using SafeFileHandle context = LibC.CopyDescriptor(process, descriptor);
        foreach ((string option, string value) in grant.Options())
        {
            int result = LibC.ConfigureFileSystem(context, option, value);
            if (result < 0)
            {
                string? advice = result == -(int)Errno.EINVAL ? "The kernel has no delegation (Linux 6.9 has)." : null;
                throw new BpfException((Errno)(-result), string.Create(CultureInfo.InvariantCulture, $"delegate BPF to process {pid} ({option}={value})"), advice);
            }
        }

        BpfException.Check(LibC.CreateFileSystem(context), string.Create(CultureInfo.InvariantCulture, $"make the BPF file system of process {pid}"));
    }

    /// <summary>In the user namespace, after the grant: takes a token; the file system need not be mounted anywhere.</summary>
    /// <exception cref="BpfException">Nothing is granted yet (<see cref="Errno.EINVAL"/>).</exception>
    public BpfToken CreateToken() => BpfToken.Create(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{Mount().DangerousGetHandle()}"));

    /// <summary>In the user namespace, after the grant: puts the file system at a path, for pins and for other processes of the namespace.</summary>
    /// <param name="path">An existing directory.</param>
    /// <exception cref="BpfException">Nothing is granted yet (<see cref="Errno.EINVAL"/>), or it is mounted already.</exception>
    public void MountAt(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        BpfException.Check(LibC.MoveMount(Mount(), path), $"mount the delegated BPF file system at '{path}'");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mount?.Dispose();
        _context.Dispose();
    }

    private SafeFileHandle Mount() => _mount ??= LibC.MountFileSystem(_context);
}

using System.Globalization;
using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

/// <summary>
/// A file that exists in memory only (memfd_create(2)), sealed against change: a way to run an embedded executable, or to hand a child more
/// than fits on its command line.
/// </summary>
/// <remarks>Not safe for concurrent use; one owner. Disposing frees it once no process runs it.</remarks>
public sealed class MemoryFile : IDisposable
{
    private MemoryFile(SafeFileHandle handle) => Handle = handle;

    /// <summary>The descriptor, closed on exec.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>A path by which this process, and its children until they exec, can open or execute it.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{Handle.DangerousGetHandle()}");

    /// <summary>Makes a memory file with this content, which cannot be executed where the kernel knows the difference (Linux 6.3).</summary>
    /// <param name="name">Shown in /proc; no meaning beyond that.</param>
    /// <param name="content">The bytes.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static MemoryFile Create(string name, ReadOnlySpan<byte> content)
    {
        const uint NotExecutable = 8;
        return Create(name, content, NotExecutable);
    }

    /// <summary>Makes an executable memory file with this content.</summary>
    /// <param name="name">Shown in /proc; no meaning beyond that.</param>
    /// <param name="content">The bytes.</param>
    /// <exception cref="BpfException"><see cref="Errno.EACCES"/>: the sysctl <c>vm.memfd_noexec</c> is 2 and forbids executable memory
    /// files; use a file that only root can write instead.</exception>
    public static MemoryFile CreateExecutable(string name, ReadOnlySpan<byte> content)
    {
        const uint Executable = 0x10;
        return Create(name, content, Executable);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private static MemoryFile Create(string name, ReadOnlySpan<byte> content, uint kind)
    {
        const uint CloseOnExec = 1;
        const uint AllowSealing = 2;
        const int SealAll = 1 | 2 | 4 | 8;
        int fd = LibC.CreateMemoryFile(name, CloseOnExec | AllowSealing | kind);
        if (fd == -(int)Errno.EINVAL)
        {
            // Before 6.3 the flag is not known and every memory file is executable.
            fd = LibC.CreateMemoryFile(name, CloseOnExec | AllowSealing);
        }

        if (fd < 0)
        {
            Errno error = (Errno)(-fd);
            throw new BpfException(error, $"make the memory file '{name}'", error == Errno.EACCES ? "The sysctl vm.memfd_noexec forbids executable ones." : null);
        }

        SafeFileHandle handle = new(fd, ownsHandle: true);
        try
        {
            BpfException.Check(LibC.Write(handle, content), $"write the memory file '{name}'");
            BpfException.Check(LibC.AddSeals(handle, SealAll), $"seal the memory file '{name}'");
            return new MemoryFile(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }
}

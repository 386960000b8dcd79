using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.Interop;

/// <summary>
/// The C library. Imports keep their C names and are private; each has a typed wrapper here that restarts after signals and
/// returns <c>-errno</c> or throws. "libc" resolves on glibc and musl alike.
/// </summary>
internal static unsafe partial class LibC
{
    internal const int OpenReadOnly = 0;
    internal const int OpenCloseOnExec = 0x80000;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint a1, nint a2, nint a3);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint syscall5(nint number, nint a1, nint a2, nint a3, nint a4, nint a5);

    // Without SetLastError: its bookkeeping costs each call what only a failed one needs.
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint bpf(nint number, nint command, void* attributes, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int rename(byte* from, byte* to);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlink(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdir(byte* path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int rmdir(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mount(byte* source, byte* target, byte* type, nuint flags, byte* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statfs(byte* path, void* buffer);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int name_to_handle_at(int directory, byte* path, void* handle, int* mountId, int flags);

    /// <summary>
    /// bpf(2): a non-negative result, or <c>-errno</c>. EINTR is restarted; EAGAIN is the caller's business. What fails for want of
    /// RLIMIT_MEMLOCK is tried again with a higher limit.
    /// </summary>
    internal static int Bpf<T>(BpfCommand command, ref T attributes)
        where T : unmanaged
    {
        int result = BpfOnce(command, ref attributes);
        bool isCharged = command is BpfCommand.MapCreate or BpfCommand.ProgramLoad or BpfCommand.BtfLoad;
        return result == -(int)Errno.EPERM && isCharged && MemoryLockLimit.TryRaise() ? BpfOnce(command, ref attributes) : result;
    }

    /// <summary>bpf(2) with the limits as they are.</summary>
    internal static int BpfOnce<T>(BpfCommand command, ref T attributes)
        where T : unmanaged
    {
        fixed (T* pointer = &attributes)
        {
            while (true)
            {
                nint result = bpf(Architecture.Current.Bpf, (nint)command, pointer, sizeof(T));
                if (result >= 0)
                {
                    return (int)result;
                }

                // Nothing may come between the call and this, as in what LibraryImport generates for SetLastError.
                int error = Marshal.GetLastSystemError();
                if (error != (int)Errno.EINTR)
                {
                    return -error;
                }
            }
        }
    }

    /// <summary>Closes; errors of close(2) leave nothing to do.</summary>
    internal static void Close(int fd) => _ = close(fd);

    /// <summary>Opens a directory for use as an attach target.</summary>
    internal static SafeFileHandle OpenDirectory(string path)
    {
        int flags = OpenReadOnly | OpenCloseOnExec | Architecture.Current.OpenDirectory;
        return new SafeFileHandle(BpfException.Check(WithPath(path, p => open(p, flags, 0)), $"open directory '{path}'"), ownsHandle: true);
    }

    /// <summary>Opens a file read-only.</summary>
    internal static SafeFileHandle OpenFile(string path) =>
        new(BpfException.Check(WithPath(path, p => open(p, OpenReadOnly | OpenCloseOnExec, 0)), $"open '{path}'"), ownsHandle: true);

    /// <summary>Reads once: the number of bytes (0 at the end), or <c>-errno</c>.</summary>
    internal static int Read(SafeHandle file, Span<byte> buffer)
    {
        using FdLease lease = new(file);
        fixed (byte* pointer = buffer)
        {
            nint got;
            do
            {
                got = read(lease.Fd, pointer, (nuint)buffer.Length);
            }
            while (got < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);

            return got < 0 ? -Marshal.GetLastPInvokeError() : (int)got;
        }
    }

    /// <summary>Writes all of it: 0, or <c>-errno</c>.</summary>
    internal static int Write(SafeHandle file, ReadOnlySpan<byte> buffer)
    {
        using FdLease lease = new(file);
        while (!buffer.IsEmpty)
        {
            fixed (byte* pointer = buffer)
            {
                nint put = write(lease.Fd, pointer, (nuint)buffer.Length);
                if (put >= 0)
                {
                    buffer = buffer[(int)put..];
                }
                else if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
                {
                    return -Marshal.GetLastPInvokeError();
                }
            }
        }

        return 0;
    }

    internal static int Rename(string from, string to) => WithPath(from, f => WithPath(to, t => rename(f, t)));

    internal static int Unlink(string path) => WithPath(path, p => unlink(p));

    internal static int MakeDirectory(string path, uint mode) => WithPath(path, p => mkdir(p, mode));

    internal static int RemoveDirectory(string path) => WithPath(path, p => rmdir(p));

    internal static int Mount(string source, string target, string type) =>
        WithPath(source, s => WithPath(target, t => WithPath(type, y => mount(s, t, y, 0, null))));

    /// <summary>f_type of the file system that holds <paramref name="path"/>, or <c>-errno</c>.</summary>
    internal static long FileSystemType(string path)
    {
        // struct statfs is 120 bytes on 64-bit Linux and begins with f_type.
        long* buffer = stackalloc long[32];
        int result = WithPath(path, p => statfs(p, buffer));
        return result < 0 ? result : buffer[0];
    }

    /// <summary>User id of a file's owner: 0, or <c>-errno</c>.</summary>
    internal static int FileOwner(string path, bool followLinks, out uint user)
    {
        const int CurrentDirectory = -100;
        const int DoNotFollow = 0x100;
        const int UserId = 8;

        // struct statx: stx_uid is the sixth of its 32-bit words. By number, since musl before 1.2.5 lacks the function.
        uint* buffer = stackalloc uint[64];
        int result = WithPath(path, p => (int)syscall5(
            Architecture.Current.Statx, CurrentDirectory, (nint)p, followLinks ? 0 : DoNotFollow, UserId, (nint)buffer));
        user = result < 0 ? 0 : buffer[5];
        return result;
    }

    /// <summary>The 64-bit kernfs id of an open directory, which on cgroup2 is the cgroup id; or <c>-errno</c>.</summary>
    internal static int KernfsId(SafeHandle directory, out ulong id)
    {
        const int EmptyPath = 0x1000;
        using FdLease lease = new(directory);

        // struct file_handle: u32 handle_bytes, i32 handle_type, then for kernfs the u64 id.
        byte* handle = stackalloc byte[8 + 128];
        *(uint*)handle = 128;
        int mountId;
        byte empty = 0;
        int result = name_to_handle_at(lease.Fd, &empty, handle, &mountId, EmptyPath);
        id = result < 0 ? 0 : *(ulong*)(handle + 8);
        return result < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    private delegate int PathCall(byte* path);

    private static int WithPath(string path, PathCall call)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, bytes);
        fixed (byte* pointer = bytes)
        {
            int result;
            do
            {
                result = call(pointer);
            }
            while (result == -1 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);

            // Nested calls hand an inner -errno through; -1 itself is -EPERM in both readings only when errno says so.
            return result == -1 ? -Marshal.GetLastPInvokeError() : result;
        }
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.Interop;

/// <summary>The mount calls that take one step at a time (Linux 5.2), and pidfd_getfd(2) (5.6). Their numbers are the same on all architectures.</summary>
internal static unsafe partial class LibC
{
    internal const int MoveMountCall = 429;
    internal const int FsOpenCall = 430;
    internal const int FsConfigCall = 431;
    internal const int FsMountCall = 432;
    internal const int PidfdGetFdCall = 438;

    private const int CloseOnExecFlag = 1;

    /// <summary>Begins to make a file system, in the user namespace of the caller.</summary>
    internal static SafeFileHandle OpenFileSystem(string type)
    {
        int fd = WithPath(type, t => (int)syscall(FsOpenCall, (nint)t, CloseOnExecFlag, 0));
        return new SafeFileHandle(BpfException.Check(fd, $"begin a file system of type '{type}'"), ownsHandle: true);
    }

    /// <summary>Sets an option of a file system that is being made: 0, or <c>-errno</c>.</summary>
    internal static int ConfigureFileSystem(SafeHandle context, string option, string value)
    {
        const int SetString = 1;
        using FdLease lease = new(context);
        int fd = lease.Fd;
        return WithPath(option, o => WithPath(value, v => (int)syscall5(FsConfigCall, fd, SetString, (nint)o, (nint)v, 0)));
    }

    /// <summary>Makes the file system of what was configured: 0, or <c>-errno</c>.</summary>
    internal static int CreateFileSystem(SafeHandle context)
    {
        const int Create = 6;
        using FdLease lease = new(context);
        return syscall5(FsConfigCall, lease.Fd, Create, 0, 0, 0) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>A mount of a file system that was made, which is nowhere yet.</summary>
    internal static SafeFileHandle MountFileSystem(SafeHandle context)
    {
        using FdLease lease = new(context);
        return new SafeFileHandle(CheckLast((int)syscall(FsMountCall, lease.Fd, CloseOnExecFlag, 0), "mount a file system"), ownsHandle: true);
    }

    /// <summary>Puts a mount at a path: 0, or <c>-errno</c>.</summary>
    internal static int MoveMount(SafeHandle mount, string path)
    {
        const int CurrentDirectory = -100;
        const int EmptyPath = 4;
        using FdLease lease = new(mount);
        int fd = lease.Fd;
        return WithPath("", e => WithPath(path, p => (int)syscall5(MoveMountCall, fd, (nint)e, CurrentDirectory, (nint)p, EmptyPath)));
    }

    /// <summary>A copy of a descriptor of another process, closed on exec.</summary>
    internal static SafeFileHandle CopyDescriptor(SafeHandle process, int descriptor)
    {
        using FdLease lease = new(process);
        int fd = (int)syscall(PidfdGetFdCall, lease.Fd, descriptor, 0);
        return new SafeFileHandle(CheckLast(fd, $"take a copy of descriptor {descriptor} of another process"), ownsHandle: true);
    }
}

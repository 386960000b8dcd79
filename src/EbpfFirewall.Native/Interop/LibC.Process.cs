using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.Interop;

internal static unsafe partial class LibC
{
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* fds, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint a2, nuint a3, nuint a4, nuint a5);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, long* time);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_getres(int clock, long* resolution);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int fd, int type);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prlimit(int pid, int resource, ResourceLimit* changed, ResourceLimit* before);

    /// <summary>perf_event_open(2): a descriptor that is closed on exec, or <c>-errno</c>.</summary>
    internal static int OpenPerfEvent(ref PerfEventAttributes attributes, int pid, int cpu)
    {
        const int CloseOnExec = 8;
        fixed (PerfEventAttributes* pointer = &attributes)
        {
            nint result = syscall5(Architecture.Current.PerfEventOpen, (nint)pointer, pid, cpu, -1, CloseOnExec);
            return result < 0 ? -Marshal.GetLastPInvokeError() : (int)result;
        }
    }

    /// <summary>A limit of this process, such as 8 for RLIMIT_MEMLOCK.</summary>
    internal static ResourceLimit GetLimit(int resource)
    {
        ResourceLimit limit;
        CheckLast(prlimit(0, resource, null, &limit), "read a resource limit");
        return limit;
    }

    /// <summary>Sets a limit of this process: 0, or <c>-errno</c>.</summary>
    internal static int SetLimit(int resource, ResourceLimit limit) =>
        prlimit(0, resource, &limit, null) < 0 ? -Marshal.GetLastPInvokeError() : 0;

    /// <summary>An anonymous file, or <c>-errno</c>.</summary>
    internal static int CreateMemoryFile(string name, uint flags)
    {
        int fd = memfd_create(name, flags);
        return fd < 0 ? -Marshal.GetLastPInvokeError() : fd;
    }

    internal static (SafeFileHandle Read, SafeFileHandle Write) CreatePipe()
    {
        int* fds = stackalloc int[2];
        CheckLast(pipe2(fds, OpenCloseOnExec), "create a pipe");
        return (new SafeFileHandle(fds[0], ownsHandle: true), new SafeFileHandle(fds[1], ownsHandle: true));
    }

    /// <summary>kill(2): 0, or <c>-errno</c>.</summary>
    internal static int Kill(int pid, int signal) => kill(pid, signal) < 0 ? -Marshal.GetLastPInvokeError() : 0;

    internal static void ProcessControl(int option, nuint argument, string what) => CheckLast(prctl(option, argument, 0, 0, 0), what);

    /// <summary>A clock in nanoseconds.</summary>
    internal static long ReadClockNanoseconds(int clock)
    {
        long* time = stackalloc long[2];
        CheckLast(clock_gettime(clock, time), "read a clock");
        return checked((time[0] * 1_000_000_000) + time[1]);
    }

    /// <summary>The resolution of a clock in nanoseconds.</summary>
    internal static long ReadClockResolution(int clock)
    {
        long* resolution = stackalloc long[2];
        CheckLast(clock_getres(clock, resolution), "read the resolution of a clock");
        return checked((resolution[0] * 1_000_000_000) + resolution[1]);
    }

    /// <summary>Moves the calling OS thread into a namespace: 0, or <c>-errno</c>.</summary>
    internal static int SetNamespace(SafeHandle target, int type)
    {
        using FdLease lease = new(target);
        return setns(lease.Fd, type) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>A second descriptor of the same open file, closed on exec.</summary>
    internal static int Duplicate(SafeHandle handle)
    {
        const int DuplicateCloseOnExec = 1030;
        using FdLease lease = new(handle);
        return CheckLast(fcntl(lease.Fd, DuplicateCloseOnExec, 0), "duplicate a descriptor");
    }

    /// <summary>Seals a memory file, so that nobody can change it any more: 0, or <c>-errno</c>.</summary>
    internal static int AddSeals(SafeHandle file, int seals)
    {
        const int AddSealsCommand = 1033;
        using FdLease lease = new(file);
        return fcntl(lease.Fd, AddSealsCommand, seals) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }
}

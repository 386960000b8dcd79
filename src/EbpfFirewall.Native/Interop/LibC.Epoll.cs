using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.Interop;

internal static unsafe partial class LibC
{
    private const uint EpollIn = 1;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int fd, void* change);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, void* ready, int maxEvents, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    internal static SafeFileHandle CreateEpoll() =>
        new(CheckLast(epoll_create1(OpenCloseOnExec), "create an epoll descriptor"), ownsHandle: true);

    internal static SafeFileHandle CreateEventFd()
    {
        const int NonBlocking = 0x800;
        return new SafeFileHandle(CheckLast(eventfd(0, OpenCloseOnExec | NonBlocking), "create an eventfd"), ownsHandle: true);
    }

    /// <summary>Watches <paramref name="source"/> for input; <paramref name="tag"/> comes back from <see cref="WaitForInput"/>.</summary>
    internal static void AddToEpoll(SafeHandle epoll, SafeHandle source, ulong tag)
    {
        const int Add = 1;
        using FdLease epollLease = new(epoll);
        using FdLease sourceLease = new(source);
        Span<byte> change = stackalloc byte[16];
        change.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(change, EpollIn);
        BinaryPrimitives.WriteUInt64LittleEndian(change[(Architecture.Current.EpollEventSize - 8)..], tag);
        fixed (byte* pointer = change)
        {
            CheckLast(epoll_ctl(epollLease.Fd, Add, sourceLease.Fd, pointer), "watch a descriptor with epoll");
        }
    }

    /// <summary>
    /// Waits for input: the bitwise or of the tags that are ready, 0 on timeout. epoll_wait is never restarted by the kernel,
    /// so it is restarted here, with what is left of the time.
    /// </summary>
    internal static ulong WaitForInput(SafeHandle epoll, int timeoutMs)
    {
        const int Capacity = 4;
        using FdLease lease = new(epoll);
        int size = Architecture.Current.EpollEventSize;
        Span<byte> ready = stackalloc byte[16 * Capacity];
        long deadline = timeoutMs < 0 ? long.MaxValue : Environment.TickCount64 + timeoutMs;
        fixed (byte* pointer = ready)
        {
            while (true)
            {
                int count = epoll_wait(lease.Fd, pointer, Capacity, timeoutMs);
                if (count >= 0)
                {
                    ulong tags = 0;
                    for (int i = 0; i < count; i++)
                    {
                        tags |= BinaryPrimitives.ReadUInt64LittleEndian(ready[((i * size) + size - 8)..]);
                    }

                    return tags;
                }

                CheckLast(Marshal.GetLastPInvokeError() == (int)Errno.EINTR ? 0 : -1, "wait with epoll");
                if (timeoutMs >= 0)
                {
                    timeoutMs = (int)Math.Max(0, deadline - Environment.TickCount64);
                }
            }
        }
    }

    private static int CheckLast(int result, string operation) =>
        result >= 0 ? result : throw new BpfException((Errno)Marshal.GetLastPInvokeError(), operation);
}

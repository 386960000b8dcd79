using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.Interop;

internal static unsafe partial class LibC
{
    /// <summary>Size of struct seccomp_notif, with room for what later kernels put behind it.</summary>
    internal const int NoticeBytes = 256;

    private const nuint ReceiveNotice = 0xC0502100;
    private const nuint SendAnswer = 0xC0182101;
    private const nuint IsNoticeValid = 0x40082102;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, void* argument);

    /// <summary>pidfd_getfd(2): a descriptor of another process's open file (Linux 5.6), or <c>-errno</c>.</summary>
    internal static int TakeDescriptor(SafeHandle process, int descriptor)
    {
        const int PidFdGetFd = 438;
        using FdLease lease = new(process);
        nint fd = syscall(PidFdGetFd, lease.Fd, descriptor, 0);
        return fd < 0 ? -Marshal.GetLastPInvokeError() : (int)fd;
    }

    /// <summary>Takes the next call that waits for an answer: 0, or <c>-errno</c>. The buffer must be zero.</summary>
    internal static int ReceiveSystemCall(SafeHandle listener, Span<byte> notice)
    {
        using FdLease lease = new(listener);
        fixed (byte* pointer = notice)
        {
            return ioctl(lease.Fd, ReceiveNotice, pointer) < 0 ? -Marshal.GetLastPInvokeError() : 0;
        }
    }

    /// <summary>Answers a call with an error: 0, or <c>-errno</c>.</summary>
    internal static int AnswerSystemCall(SafeHandle listener, ulong id, int error)
    {
        using FdLease lease = new(listener);
        Span<byte> answer = stackalloc byte[24];
        answer.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(answer, id);
        BinaryPrimitives.WriteInt32LittleEndian(answer[16..], -error);
        fixed (byte* pointer = answer)
        {
            return ioctl(lease.Fd, SendAnswer, pointer) < 0 ? -Marshal.GetLastPInvokeError() : 0;
        }
    }

    /// <summary>Whether a call still waits for its answer.</summary>
    internal static bool IsSystemCallWaiting(SafeHandle listener, ulong id)
    {
        using FdLease lease = new(listener);
        return ioctl(lease.Fd, IsNoticeValid, &id) == 0;
    }

    /// <summary>Waits for one of many descriptors: its tag, and whether it has hung up. Restarted after a signal.</summary>
    internal static (ulong Tag, bool HasInput) WaitForOne(SafeFileHandle epoll)
    {
        using FdLease lease = new(epoll);
        int size = Architecture.Current.EpollEventSize;
        Span<byte> ready = stackalloc byte[16];
        fixed (byte* pointer = ready)
        {
            int count;
            while ((count = epoll_wait(lease.Fd, pointer, 1, -1)) < 0)
            {
                CheckLast(Marshal.GetLastPInvokeError() == (int)Errno.EINTR ? 0 : -1, "wait with epoll");
            }

            return (BinaryPrimitives.ReadUInt64LittleEndian(ready[(size - 8)..]), (BinaryPrimitives.ReadUInt32LittleEndian(ready) & EpollIn) != 0);
        }
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.Interop;

internal static unsafe partial class LibC
{
    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int fd, int level, int option, void* value, uint length);

    /// <summary>A netlink socket that is closed on exec. It needs no address: the kernel gives it one with the first request.</summary>
    internal static SafeFileHandle CreateNetlinkSocket(int protocol)
    {
        const int NetlinkFamily = 16;
        const int Raw = 3;
        return new SafeFileHandle(CheckLast(socket(NetlinkFamily, Raw | OpenCloseOnExec, protocol), "open a netlink socket"), ownsHandle: true);
    }

    /// <summary>setsockopt(2) with an integer: 0, or <c>-errno</c>.</summary>
    internal static int SetSocketOption(SafeHandle handle, int level, int option, int value)
    {
        using FdLease lease = new(handle);
        return setsockopt(lease.Fd, level, option, &value, sizeof(int)) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.Interop;

internal static unsafe partial class LibC
{
    /// <summary>pidfd_open(2): a descriptor of a process (Linux 5.3).</summary>
    internal static SafeFileHandle OpenProcess(int pid)
    {
        nint fd = syscall(Architecture.Current.PidfdOpen, pid, 0, 0);
        return fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw new BpfException((Errno)Marshal.GetLastPInvokeError(), $"open process {pid}");
    }
}

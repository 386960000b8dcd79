using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

/// <summary>Descriptors of processes: unlike a number they never come to mean another process.</summary>
public static class PidFd
{
    /// <summary>Opens a process (pidfd_open(2), Linux 5.3), for example as the owner of a value in task storage.</summary>
    /// <param name="pid">Process id as this process sees it.</param>
    /// <exception cref="BpfException">No such process (<see cref="Errno.ESRCH"/>).</exception>
    public static SafeFileHandle Open(int pid) => LibC.OpenProcess(pid);
}

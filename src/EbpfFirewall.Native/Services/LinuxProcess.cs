using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

/// <summary>Small services of Linux that .NET has no name for.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class LinuxProcess
{
    private const int BootTimeClock = 7;

    /// <summary>Time since boot, suspends included (<c>CLOCK_BOOTTIME</c>): the clock of <c>bpf_ktime_get_boot_ns</c> and of process start times.</summary>
    public static TimeSpan TimeSinceBoot => TimeSpan.FromTicks(LibC.ReadClockNanoseconds(BootTimeClock) / TimeSpan.NanosecondsPerTick);

    /// <summary>The same in nanoseconds.</summary>
    public static long NanosecondsSinceBoot => LibC.ReadClockNanoseconds(BootTimeClock);

    /// <summary>Time since boot without suspends (<c>CLOCK_MONOTONIC</c>), in nanoseconds: the clock of <c>bpf_ktime_get_ns</c>.</summary>
    public static long MonotonicNanoseconds => LibC.ReadClockNanoseconds(1);

    /// <summary>Sends a signal, kill(2).</summary>
    /// <param name="pid">A process; minus a process group.</param>
    /// <param name="signal">Signal number; 0 only asks whether the process is there.</param>
    /// <returns>False when there is no such process.</returns>
    /// <exception cref="BpfException">Not allowed.</exception>
    public static bool Signal(int pid, int signal)
    {
        int result = LibC.Kill(pid, signal);
        return result == -(int)Errno.ESRCH ? false : BpfException.Check(result, $"send signal {signal} to process {pid}") == 0;
    }

    /// <summary>A pipe whose ends are closed on exec, pipe2(2).</summary>
    public static (SafeFileHandle Read, SafeFileHandle Write) CreatePipe() => LibC.CreatePipe();

    /// <summary>
    /// Makes this process the parent of descendants whose own parents died (<c>PR_SET_CHILD_SUBREAPER</c>); it then has to wait for them.
    /// </summary>
    public static void SetChildSubreaper(bool enabled) => LibC.ProcessControl(36, enabled ? 1u : 0, "become the reaper of orphaned descendants");
}

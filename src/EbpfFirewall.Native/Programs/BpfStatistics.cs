using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

/// <summary>Run-time statistics of programs: while one of these is open, every program counts its runs and their time.</summary>
/// <remarks>Costs some nanoseconds a run, system-wide. Dispose it to stop.</remarks>
public sealed class BpfStatistics : IDisposable
{
    private readonly SafeFileHandle _handle;

    private BpfStatistics(int fd) => _handle = new SafeFileHandle(fd, ownsHandle: true);

    /// <summary>Turns them on (Linux 5.8; CAP_SYS_ADMIN).</summary>
    /// <exception cref="BpfException">Not allowed.</exception>
    public static BpfStatistics Enable()
    {
        EnableStatsAttributes attributes = default;
        return new BpfStatistics(BpfException.Check(LibC.Bpf(BpfCommand.EnableStats, ref attributes), "turn run-time statistics on"));
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}

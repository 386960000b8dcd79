using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>The few numbers of the Linux ABI that differ between x64 and arm64.</summary>
/// <param name="Bpf">Number of bpf(2).</param>
/// <param name="PidfdOpen">Number of pidfd_open(2), the same on both.</param>
/// <param name="PerfEventOpen">Number of perf_event_open(2).</param>
/// <param name="Statx">Number of statx(2).</param>
/// <param name="OpenDirectory">O_DIRECTORY.</param>
/// <param name="EpollEventSize">Size of struct epoll_event, which is packed on x64 only.</param>
internal readonly record struct Architecture(int Bpf, int PidfdOpen, int PerfEventOpen, int Statx, int OpenDirectory, int EpollEventSize)
{
    internal static readonly Architecture X64 = new(Bpf: 321, PidfdOpen: 434, PerfEventOpen: 298, Statx: 332, OpenDirectory: 0x10000, EpollEventSize: 12);
    internal static readonly Architecture Arm64 = new(Bpf: 280, PidfdOpen: 434, PerfEventOpen: 241, Statx: 291, OpenDirectory: 0x4000, EpollEventSize: 16);

    internal static readonly Architecture Current = For(RuntimeInformation.ProcessArchitecture);

    internal static Architecture For(System.Runtime.InteropServices.Architecture process) => process switch
    {
        System.Runtime.InteropServices.Architecture.X64 => X64,
        System.Runtime.InteropServices.Architecture.Arm64 => Arm64,
        _ => throw new PlatformNotSupportedException($"bpf(2) is known here for x64 and arm64, not for {process}."),
    };
}

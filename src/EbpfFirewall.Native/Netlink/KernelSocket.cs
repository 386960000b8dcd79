using System.Net;

namespace EbpfFirewall.Native;

/// <summary>A TCP or UDP socket as the kernel lists it.</summary>
/// <param name="Protocol">6 for TCP, 17 for UDP.</param>
/// <param name="State">State of TCP, <c>TCP_*</c>: 1 established, 10 listening; UDP: 1 connected, 7 not.</param>
/// <param name="Local">Its own address and port.</param>
/// <param name="Remote">The other side; port 0 for none.</param>
/// <param name="InterfaceIndex">The interface that it is bound to; 0 for none.</param>
/// <param name="Cookie">What <c>bpf_get_socket_cookie</c> gives for it.</param>
/// <param name="UserId">User id of its owner.</param>
/// <param name="Inode">The number that /proc/PID/fd shows; 0 when no process has it open any more.</param>
public sealed record KernelSocket(
    byte Protocol, byte State, IPEndPoint Local, IPEndPoint Remote, uint InterfaceIndex, ulong Cookie, uint UserId, uint Inode)
{
    /// <summary>The cgroup (v2) in which it was made, <see cref="Cgroup.Id"/>; 0 where the kernel does not tell: below 5.9.</summary>
    public ulong CgroupId { get; init; }
}

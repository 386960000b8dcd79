using System.Net.Sockets;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The connections of a cgroup. The kernel stops their packets as soon as the policy does not allow them; here their sockets are told,
/// so that programs fail at once instead of waiting.
/// </summary>
internal static class LiveFlows
{
    private const byte TcpListen = 10;
    private const string OwnNamespace = "/proc/self/ns/net";

    /// <summary>Ends the connections that a policy denies: their sockets meet ECONNABORTED.</summary>
    /// <param name="cgroupId">The cgroup that the sockets were made in.</param>
    /// <param name="processes">Its processes: their network namespaces are looked through, and ours.</param>
    /// <param name="isDenied">Asked for every connection: remote side and protocol.</param>
    /// <returns>How many.</returns>
    /// <exception cref="BpfException">The kernel cannot list or destroy sockets.</exception>
    public static int End(
        ulong cgroupId, IEnumerable<int> processes, Func<EndpointRecord, bool> isDenied)
    {
        int ended = EndHere(cgroupId, isDenied);
        var seen = new HashSet<string?>(StringComparer.Ordinal) { NameOf(OwnNamespace) };
        foreach (int process in processes)
        {
            string path = $"/proc/{process}/ns/net";
            if (NameOf(path) is not { } name || !seen.Add(name))
            {
                continue;
            }

            try
            {
                using NetworkNamespace other = NetworkNamespace.Open(path);
                ended += other.Run(() => EndHere(cgroupId, isDenied));
            }
            catch (BpfException error) when (error.Error is Errno.ENOENT or Errno.ESRCH)
            {
                // The process has ended, and with it its sockets.
            }
        }

        return ended;
    }

    private static int EndHere(ulong cgroupId, Func<EndpointRecord, bool> isDenied)
    {
        int ended = 0;
        foreach (ProtocolType protocol in (ReadOnlySpan<ProtocolType>)[ProtocolType.Tcp, ProtocolType.Udp])
        {
            foreach (KernelSocket socket in KernelSockets.List(protocol))
            {
                if (socket.CgroupId == cgroupId && socket.Remote.Port != 0 && socket.State != TcpListen
                    && isDenied(new EndpointRecord(AddressRecord.From(socket.Remote.Address), (ushort)socket.Remote.Port, socket.Protocol, 0))
                    && KernelSockets.Destroy(socket))
                {
                    ended++;
                }
            }
        }

        return ended;
    }

    private static string? NameOf(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

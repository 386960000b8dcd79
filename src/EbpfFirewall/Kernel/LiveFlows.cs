using System.Net.Sockets;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The connections of cgroups. The kernel stops their packets as soon as the policy does not allow them; here their sockets are told,
/// so that programs fail at once instead of waiting.
/// </summary>
internal static class LiveFlows
{
    private const byte TcpListen = 10;
    private const string OwnNamespace = "/proc/self/ns/net";

    /// <summary>Ends the connections that policies deny: their sockets meet ECONNABORTED.</summary>
    /// <param name="isDenied">By the cgroup that sockets were made in: asked for every connection, by its remote side and protocol.</param>
    /// <param name="processes">Of those cgroups: their network namespaces are looked through, and ours.</param>
    /// <returns>How many, by cgroup.</returns>
    /// <exception cref="BpfException">The kernel cannot list or destroy sockets.</exception>
    public static IReadOnlyDictionary<ulong, int> End(
        IReadOnlyDictionary<ulong, Func<EndpointRecord, bool>> isDenied, IEnumerable<int> processes)
    {
        Dictionary<ulong, int> ended = [];
        EndHere(isDenied, ended);
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
                other.Run(() => EndHere(isDenied, ended));
            }
            catch (BpfException error) when (error.Error is Errno.ENOENT or Errno.ESRCH)
            {
                // The process has ended, and with it its sockets.
            }
        }

        return ended;
    }

    /// <summary>Ends the connections of a network namespace that a policy denies, whoever's they are.</summary>
    /// <param name="networkNamespace">Its path.</param>
    /// <param name="isDenied">Asked for every connection, by its remote side and protocol.</param>
    /// <returns>How many.</returns>
    /// <exception cref="BpfException">The kernel cannot list or destroy sockets, or there is no such namespace.</exception>
    public static int EndIn(string networkNamespace, Func<EndpointRecord, bool> isDenied)
    {
        using NetworkNamespace network = NetworkNamespace.Open(networkNamespace);
        return network.Run(() =>
        {
            int ended = 0;
            foreach (ProtocolType protocol in (ReadOnlySpan<ProtocolType>)[ProtocolType.Tcp, ProtocolType.Udp])
            {
                ended += KernelSockets.List(protocol).Count(socket => IsConnected(socket) && isDenied(RemoteOf(socket)) && KernelSockets.Destroy(socket));
            }

            return ended;
        });
    }

    private static bool IsConnected(KernelSocket socket) => socket.Remote.Port != 0 && socket.State != TcpListen;

    private static EndpointRecord RemoteOf(KernelSocket socket) =>
        new(AddressRecord.From(socket.Remote.Address), (ushort)socket.Remote.Port, socket.Protocol, 0);

    private static int EndHere(IReadOnlyDictionary<ulong, Func<EndpointRecord, bool>> isDenied, Dictionary<ulong, int> ended)
    {
        foreach (ProtocolType protocol in (ReadOnlySpan<ProtocolType>)[ProtocolType.Tcp, ProtocolType.Udp])
        {
            foreach (KernelSocket socket in KernelSockets.List(protocol))
            {
                if (isDenied.TryGetValue(socket.CgroupId, out Func<EndpointRecord, bool>? ask) && IsConnected(socket)
                    && ask(RemoteOf(socket)) && KernelSockets.Destroy(socket))
                {
                    ended[socket.CgroupId] = ended.GetValueOrDefault(socket.CgroupId) + 1;
                }
            }
        }

        return ended.Count;
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

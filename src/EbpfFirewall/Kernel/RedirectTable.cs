using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The flows that the kernel sent to an attachment's proxy (<c>efw_redirects</c>): who is behind a client's address and port, and where it
/// wanted to go. Written before the packet is delivered, so the look-up cannot come too early.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class RedirectTable(
    BpfMap<RedirectKey, RedirectRecord> redirects, ProcessTable processes, ExecutableFiles executables, uint attachment) : IClientIdentity
{
    public bool TryIdentify(TransportProtocols protocol, IPEndPoint client, out ClientFlow flow)
    {
        ProtocolType number = protocol == TransportProtocols.Tcp ? ProtocolType.Tcp : ProtocolType.Udp;
        var endpoint = new EndpointRecord(AddressRecord.From(client.Address), (ushort)client.Port, (byte)number, 0);
        var key = new RedirectKey(endpoint, attachment);
        if (!redirects.TryGetValue(key, out RedirectRecord record))
        {
            flow = default;
            return false;
        }

        flow = new ClientFlow(
            processes.Find(record.Process),
            (Attribution)record.Attribution,
            record.Original.ToEndPoint())
        {
            Executables = executables.PathsOf(record.Program),
        };
        return true;
    }
}

using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The flows that the kernel sent to a proxy (<c>efw_redirects</c>): who is behind a client's address and port, and where it
/// wanted to go. Written before the packet is delivered, so the look-up cannot come too early.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class RedirectTable(BpfMap<EndpointRecord, RedirectRecord> redirects, ProcessTable processes) : IClientIdentity
{
    private static readonly TimeSpan ClosedLifetime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan IdleLifetime = TimeSpan.FromMinutes(5);

    public bool TryIdentify(TransportProtocols protocol, IPEndPoint client, out ClientFlow flow)
    {
        ProtocolType number = protocol == TransportProtocols.Tcp ? ProtocolType.Tcp : ProtocolType.Udp;
        var key = new EndpointRecord(AddressRecord.From(client.Address), (ushort)client.Port, (byte)number, 0);
        if (!redirects.TryGetValue(key, out RedirectRecord record))
        {
            flow = default;
            return false;
        }

        flow = new ClientFlow(
            processes.Find(record.Process),
            (Attribution)record.Attribution,
            record.Original.ToEndPoint());
        return true;
    }

    /// <summary>Removes flows that are over: closed a moment ago (the proxy may still read what they sent), or silent for long.</summary>
    public void RemoveEnded(ulong nowNs)
    {
        foreach ((EndpointRecord key, RedirectRecord record) in redirects.Enumerate())
        {
            if (HasEnded(record, nowNs))
            {
                redirects.Remove(key);
            }
        }
    }

    private static bool HasEnded(in RedirectRecord record, ulong nowNs) =>
        record.ClosedNs != 0
            ? nowNs > record.ClosedNs + Nanoseconds(ClosedLifetime)
            : nowNs > record.TimeNs + Nanoseconds(IdleLifetime);

    private static ulong Nanoseconds(TimeSpan time) => (ulong)time.Ticks * TimeSpan.NanosecondsPerTick;
}

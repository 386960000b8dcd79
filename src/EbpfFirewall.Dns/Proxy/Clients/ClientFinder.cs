using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Asks the host who a client is. Whatever goes wrong on the way, the client is then unknown.</summary>
internal sealed class ClientFinder(IClientIdentity identity, ProxyCounters counters)
{
    private static ClientFlow Unknown => new(ProcessIdentity.Unknown, Attribution.Unknown, new IPEndPoint(IPAddress.None, 0));

    internal bool TryFind(Socket connection, out ClientFlow flow)
    {
        try
        {
            return TryFind(TransportProtocols.Tcp, (IPEndPoint)connection.RemoteEndPoint!, out flow);
        }
        catch (SocketException)
        {
            // Gone already.
            flow = Unknown;
            return false;
        }
    }

    internal bool TryFind(SocketAddress sender, out ClientFlow flow) =>
        TryFind(TransportProtocols.Udp, (IPEndPoint)new IPEndPoint(IPAddress.Any, 0).Create(sender), out flow);

    private bool TryFind(TransportProtocols protocol, IPEndPoint client, out ClientFlow flow)
    {
        try
        {
            if (identity.TryIdentify(protocol, client, out flow))
            {
                return true;
            }
        }
        catch (Exception)
        {
            ProxyCounters.Count(ref counters.Faults);
        }

        flow = Unknown;
        return false;
    }
}

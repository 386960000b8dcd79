using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>UDP and TCP on one address and port.</summary>
internal sealed class ListenerPair : IDisposable
{
    private const int MaxTries = 64;

    private readonly UdpClients _udp;
    private readonly TcpClients _tcp;

    private ListenerPair(Socket udp, Socket tcp, QueryPipeline pipeline, TcpClientsLimit limit)
    {
        EndPoint = (IPEndPoint)tcp.LocalEndPoint!;
        _udp = new UdpClients(udp, pipeline);
        _tcp = new TcpClients(tcp, pipeline, limit);
    }

    internal IPEndPoint EndPoint { get; }

    /// <exception cref="EgressFirewallException">No port could be had (<see cref="ErrorCodes.DnsListenerFailed"/>).</exception>
    internal static ListenerPair Open(IListenerFactory listeners, IPAddress address, QueryPipeline pipeline, TcpClientsLimit limit)
    {
        try
        {
            return OpenPair(listeners, address, pipeline, limit);
        }
        catch (SocketException e)
        {
            throw new EgressFirewallException(
                ErrorCodes.DnsListenerFailed,
                $"No DNS listener could be opened on {address}: {e.Message}. The loopback interface of the target's network namespace must be up.",
                e);
        }
    }

    /// <summary>Null when the family or its loopback address does not exist.</summary>
    /// <exception cref="EgressFirewallException">It exists, and no port could be had.</exception>
    internal static ListenerPair? OpenIfAvailable(IListenerFactory listeners, IPAddress address, QueryPipeline pipeline, TcpClientsLimit limit)
    {
        try
        {
            return Open(listeners, address, pipeline, limit);
        }
        catch (EgressFirewallException e) when (
            e.InnerException is SocketException { SocketErrorCode: SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable })
        {
            return null;
        }
    }

    internal Task RunAsync() => Task.WhenAll(_udp.RunAsync(), _tcp.RunAsync());

    internal void Sweep(long now) => _tcp.Sweep(now);

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    private static ListenerPair OpenPair(IListenerFactory listeners, IPAddress address, QueryPipeline pipeline, TcpClientsLimit limit)
    {
        for (int tries = 1; ; tries++)
        {
            Socket tcp = listeners.Listen(SocketType.Stream, address, 0);
            try
            {
                // The kernel chose a port that is free for TCP; it may be taken for UDP.
                Socket udp = listeners.Listen(SocketType.Dgram, address, ((IPEndPoint)tcp.LocalEndPoint!).Port);
                return new ListenerPair(udp, tcp, pipeline, limit);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && tries < MaxTries)
            {
                tcp.Dispose();
            }
            catch
            {
                tcp.Dispose();
                throw;
            }
        }
    }
}

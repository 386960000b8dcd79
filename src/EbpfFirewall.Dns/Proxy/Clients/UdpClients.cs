using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>The UDP listener of one family.</summary>
internal sealed class UdpClients(Socket socket, QueryPipeline pipeline) : IReplySink, IDisposable
{
    /// <summary>A query is header, name and OPT; what is longer than this carries something else.</summary>
    private const int ReceiveSize = 4096;

    /// <summary>One octet more, so that a datagram cut short is seen as one.</summary>
    private readonly byte[] _receive = new byte[ReceiveSize + 1];

    public TransportProtocols Protocol => TransportProtocols.Udp;

    /// <summary>Reads until the socket is closed.</summary>
    internal async Task RunAsync()
    {
        SocketAddress source = new(socket.AddressFamily);
        while (true)
        {
            try
            {
                int length = await socket.ReceiveFromAsync(_receive, SocketFlags.None, source, CancellationToken.None).ConfigureAwait(false);
                Accept(source, length);
            }
            catch (SocketException e) when (e.SocketErrorCode is not (SocketError.OperationAborted or SocketError.Interrupted or SocketError.NotSocket))
            {
                // An error that an earlier reply ran into: nothing to answer.
                pipeline.CountMalformed();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Accept(SocketAddress source, int length)
    {
        if (length > ReceiveSize)
        {
            pipeline.CountMalformed();
            return;
        }

        try
        {
            Query query = pipeline.Rent(this);
            query.SetClientAddress(source);
            pipeline.Accept(query, _receive.AsSpan(0, length));
        }
        catch (Exception)
        {
            // Not expected of our own code; the client gets nothing, and the others go on.
            pipeline.CountFault();
        }
    }

    public void Reply(Query query, ReadOnlySpan<byte> message)
    {
        try
        {
            _ = socket.SendTo(message, SocketFlags.None, query.ClientAddress);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client's socket is full or gone; UDP clients ask again.
        }
    }

    public void Abandon(Query query)
    {
    }

    public void Dispose() => socket.Dispose();
}

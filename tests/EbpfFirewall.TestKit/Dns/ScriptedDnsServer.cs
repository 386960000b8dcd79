using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EbpfFirewall.TestKit.Lab;

namespace EbpfFirewall.TestKit.Dns;

/// <summary>A name server that answers what a test tells it to, lies included, and remembers every query.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class ScriptedDnsServer : IDisposable
{
    private readonly ConcurrentDictionary<string, Func<DnsQuery, DnsAnswer[]>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<DnsQuery> _queries = [];
    private readonly Socket[] _sockets;

    private ScriptedDnsServer(Socket[] sockets) => _sockets = sockets;

    /// <summary>All queries so far.</summary>
    public DnsQuery[] Queries => [.. _queries];

    /// <summary>Queries for a name or something below it.</summary>
    public DnsQuery[] QueriesFor(string name) =>
        [.. _queries.Where(query => query.Name == name || query.Name.EndsWith("." + name, StringComparison.Ordinal))];

    /// <summary>Sets the answers to a name (over UDP several datagrams may follow each other); others get NXDOMAIN.</summary>
    public void Answer(string name, Func<DnsQuery, DnsAnswer[]> answers) => _answers[name] = answers;

    /// <inheritdoc cref="Answer(string, Func{DnsQuery, DnsAnswer[]})"/>
    public void Answer(string name, Func<DnsQuery, DnsAnswer> answer) => _answers[name] = query => [answer(query)];

    /// <summary>Address records of one host for a name: A or AAAA, by the type of the query.</summary>
    public void AnswerWithHost(string name, LabHost host, uint ttl = 60) => Answer(name, query => query.Type switch
    {
        DnsRecord.TypeA => DnsAnswer.With(DnsRecord.Address(name, host.V4, ttl)),
        DnsRecord.TypeAaaa => DnsAnswer.With(DnsRecord.Address(name, host.V6, ttl)),
        _ => DnsAnswer.With(),
    });

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }
    }

    internal static ScriptedDnsServer Start(NetworkNamespace where, LabHost host)
    {
        IPEndPoint[] endPoints = [new(IPAddress.Parse(host.V4), 53), new(IPAddress.Parse(host.V6), 53)];
        ScriptedDnsServer server = new(where.Run(() => endPoints.SelectMany(Open).ToArray()));
        foreach (Socket socket in server._sockets)
        {
            _ = socket.SocketType == SocketType.Stream ? server.AcceptAsync(socket) : server.ServeDatagramsAsync(socket);
        }

        return server;
    }

    private static Socket[] Open(IPEndPoint endPoint)
    {
        Socket udp = new(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(endPoint);
        Socket tcp = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(endPoint);
        tcp.Listen();
        return [udp, tcp];
    }

    private byte[][] Reply(ProtocolType protocol, byte[] message)
    {
        DnsQuery query = DnsMessage.ReadQuery(protocol, message);
        _queries.Enqueue(query);
        DnsAnswer[] answers = _answers.TryGetValue(query.Name, out var script) ? script(query) : [new DnsAnswer()];
        return [.. answers.Where(answer => !answer.IsSilent).Select(answer => DnsMessage.WriteAnswer(query, answer))];
    }

    private async Task ServeDatagramsAsync(Socket socket)
    {
        IPEndPoint any = new(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        byte[] buffer = new byte[65536];
        while (true)
        {
            try
            {
                SocketReceiveFromResult got = await socket.ReceiveFromAsync(buffer, any);
                foreach (byte[] reply in Reply(ProtocolType.Udp, buffer[..got.ReceivedBytes]))
                {
                    await socket.SendToAsync(reply, got.RemoteEndPoint);
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.OperationAborted)
            {
                return;
            }
            catch (Exception exception) when (exception is SocketException or IndexOutOfRangeException)
            {
                // An ICMP error for an earlier answer, or something that is not a query.
            }
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                _ = ServeStreamAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeStreamAsync(Socket connection)
    {
        await using NetworkStream stream = new(connection, ownsSocket: true);
        byte[] length = new byte[2];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(length);
                byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(message);
                foreach (byte[] reply in Reply(ProtocolType.Tcp, message))
                {
                    BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)reply.Length);
                    await stream.WriteAsync(length);
                    await stream.WriteAsync(reply);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or IndexOutOfRangeException)
        {
            // The client has finished.
        }
    }
}

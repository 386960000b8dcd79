using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>
/// One connected UDP socket to one upstream, with a random port of its own and the queries that wait for answers on it.
/// Whoever removes a query from the table owns it.
/// </summary>
internal sealed class UdpChannel : IDisposable
{
    private const int ReceiveSize = 4096;

    private readonly Socket _socket;
    private readonly RandomIds _random;
    private readonly ProxyCounters _counters;
    private readonly IUpstreamHandler _handler;
    private readonly Action<Query> _retry;
    private readonly Lock _lock = new();
    private readonly Dictionary<ushort, Query> _waiting = [];

    /// <summary>One octet more, so that a datagram cut short is seen as one: it is longer than anything we asked for.</summary>
    private readonly byte[] _receive = new byte[ReceiveSize + 1];

    private bool _closed;

    private UdpChannel(Socket socket, UpstreamContext context)
    {
        _socket = socket;
        _random = context.Random;
        _counters = context.Counters;
        _handler = context.Handler;
        _retry = context.Retry;
    }

    internal bool IsClosed => Volatile.Read(ref _closed);

    internal bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count == 0;
            }
        }
    }

    /// <exception cref="SocketException">No route, no descriptors.</exception>
    internal static UdpChannel Open(IPEndPoint upstream, UpstreamContext context)
    {
        Socket socket = new(upstream.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(upstream);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        UdpChannel channel = new(socket, context);
        _ = channel.ReceiveAsync();
        return channel;
    }

    /// <summary>Sends a query. True hands it over; false leaves it with the caller.</summary>
    internal bool TrySend(Query query)
    {
        Span<byte> message = stackalloc byte[UpstreamMessage.MaxQuerySize];
        int length = UpstreamMessage.Write(message, query);
        ushort id;
        lock (_lock)
        {
            if (_closed || _waiting.Count > ushort.MaxValue / 2)
            {
                return false;
            }

            do
            {
                id = _random.Next();
            }
            while (!_waiting.TryAdd(id, query));

            query.UpstreamId = id;
        }

        // From here on the answer may arrive at any moment; the query belongs to whoever takes it out of the table.
        UpstreamMessage.WriteId(message, id);
        return TrySend(message[..length]) || !TryTakeBack(id, query);
    }

    /// <summary>Takes out what has waited too long.</summary>
    internal void TakeExpired(long now, List<Query> expired)
    {
        lock (_lock)
        {
            foreach ((ushort id, Query query) in _waiting)
            {
                if (query.AttemptDeadline <= now)
                {
                    _waiting.Remove(id);
                    expired.Add(query);
                }
            }
        }
    }

    /// <summary>Closes the socket and drops what waits.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _waiting.Clear();
        }

        _socket.Dispose();
    }

    private bool TrySend(ReadOnlySpan<byte> message)
    {
        // A pending ICMP error of an earlier datagram is reported by the next call, whatever that does: try twice.
        for (int attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                _ = _socket.Send(message, SocketFlags.None, out SocketError error);
                if (error == SocketError.Success)
                {
                    return true;
                }
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }

        return false;
    }

    private bool TryTakeBack(ushort id, Query query)
    {
        lock (_lock)
        {
            return _waiting.TryGetValue(id, out Query? waiting) && ReferenceEquals(waiting, query) && _waiting.Remove(id);
        }
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            int length;
            try
            {
                length = await _socket.ReceiveAsync(_receive, SocketFlags.None, CancellationToken.None).ConfigureAwait(false);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // Nobody listens there: all that wait here need not wait for their timeouts.
                FailAll();
                continue;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                Volatile.Write(ref _closed, true);
                FailAll();
                _socket.Dispose();
                return;
            }

            try
            {
                OnDatagram(_receive.AsSpan(0, length));
            }
            catch (Exception)
            {
                // Not expected of our own code; the client gets nothing, and the others go on.
                ProxyCounters.Count(ref _counters.Faults);
            }
        }
    }

    private void OnDatagram(ReadOnlySpan<byte> message)
    {
        Query? query = null;
        if (message.Length is >= Wire.DnsHeader.Size and <= ReceiveSize)
        {
            ushort id = BinaryPrimitives.ReadUInt16BigEndian(message);
            lock (_lock)
            {
                // A forged answer with the right id but another question must not end the wait for the true one.
                if (_waiting.TryGetValue(id, out query))
                {
                    if (UpstreamMessage.IsAnswerTo(query, message))
                    {
                        _waiting.Remove(id);
                    }
                    else
                    {
                        query = null;
                    }
                }
            }
        }

        if (query is null)
        {
            ProxyCounters.Count(ref _counters.UpstreamIgnored);
            return;
        }

        _handler.OnAnswer(query, message, overTcp: false);
    }

    private void FailAll()
    {
        Query[] failed;
        lock (_lock)
        {
            failed = [.. _waiting.Values];
            _waiting.Clear();
        }

        foreach (Query query in failed)
        {
            _retry(query);
        }
    }
}

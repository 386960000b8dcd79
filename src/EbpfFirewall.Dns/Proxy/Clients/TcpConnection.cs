using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Threading.Channels;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>
/// One client over TCP (RFC 7766): messages with a length in front, any number in a row, answered in the order in which
/// the answers come. A client that does not take its answers stops being read, and is closed when it stays so.
/// </summary>
internal sealed class TcpConnection : IReplySink, IDisposable
{
    private const int LengthSize = 2;
    private const int ReceiveSize = 4096;

    private readonly Socket _socket;
    private readonly ClientFlow _flow;
    private readonly QueryPipeline _pipeline;
    private readonly Channel<bool> _slots;
    private readonly Channel<ArraySegment<byte>> _replies = Channel.CreateUnbounded<ArraySegment<byte>>(new() { SingleReader = true });
    private int _waiting;
    private int _writing;
    private long _lastActivity;
    private int _disposed;

    internal TcpConnection(Socket socket, ClientFlow flow, QueryPipeline pipeline)
    {
        _socket = socket;
        _flow = flow;
        _pipeline = pipeline;
        _slots = Channel.CreateBounded<bool>(pipeline.Options.MaxTcpQueriesPerConnection);
        while (_slots.Writer.TryWrite(true))
        {
        }

        _lastActivity = pipeline.Clock.Now;
    }

    public TransportProtocols Protocol => TransportProtocols.Tcp;

    /// <summary>Serves until the client leaves, sends nonsense, or is closed.</summary>
    internal async Task RunAsync()
    {
        Task writing = WriteAsync();
        try
        {
            _socket.NoDelay = true;
            await ReadAsync().ConfigureAwait(false);
            await DrainAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or ChannelClosedException)
        {
            // The client is gone, or we closed it.
        }
        catch (Exception)
        {
            // Not expected of our own code: this client is closed, and the others go on.
            _pipeline.CountFault();
        }
        finally
        {
            Dispose();
            await writing.ConfigureAwait(false);
        }
    }

    /// <summary>True when nothing has moved for the idle timeout although nothing of ours is outstanding.</summary>
    internal bool IsOverdue(long now) =>
        (Volatile.Read(ref _waiting) == 0 || Volatile.Read(ref _writing) != 0)
        && now - Volatile.Read(ref _lastActivity) > _pipeline.Clock.Ticks(_pipeline.Options.TcpIdleTimeout);

    public void Reply(Query query, ReadOnlySpan<byte> message)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LengthSize + message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)message.Length);
        message.CopyTo(buffer.AsSpan(LengthSize));
        if (!_replies.Writer.TryWrite(new ArraySegment<byte>(buffer, 0, LengthSize + message.Length)))
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Release();
        }
    }

    public void Abandon(Query query) => Release();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _slots.Writer.TryComplete();
            _replies.Writer.TryComplete();
            _socket.Dispose();
        }
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[LengthSize + ReceiveSize];
        int filled = 0;
        while (true)
        {
            int received = await _socket.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None).ConfigureAwait(false);
            if (received == 0)
            {
                return;
            }

            filled += received;
            int start = 0;
            while (filled - start >= LengthSize)
            {
                int length = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(start));
                if (length > ReceiveSize)
                {
                    // No query is that long: whatever follows cannot be trusted to be framed either.
                    _pipeline.CountMalformed();
                    return;
                }

                if (filled - start < LengthSize + length)
                {
                    break;
                }

                await _slots.Reader.ReadAsync().ConfigureAwait(false);
                Interlocked.Increment(ref _waiting);

                // Only whole messages count as activity: octets that drip in do not hold the connection.
                Volatile.Write(ref _lastActivity, _pipeline.Clock.Now);
                Query query = _pipeline.Rent(this);
                query.Flow = _flow;
                _pipeline.Accept(query, buffer.AsSpan(start + LengthSize, length));
                start += LengthSize + length;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
        }
    }

    /// <summary>A client that has closed its side still gets what it asked for.</summary>
    private async Task DrainAsync()
    {
        for (int i = 0; i < _pipeline.Options.MaxTcpQueriesPerConnection; i++)
        {
            await _slots.Reader.ReadAsync().ConfigureAwait(false);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            while (await _replies.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (_replies.Reader.TryRead(out ArraySegment<byte> reply))
                {
                    await SendAsync(reply).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or ChannelClosedException)
        {
            Dispose();
        }
    }

    private async Task SendAsync(ArraySegment<byte> reply)
    {
        Volatile.Write(ref _lastActivity, _pipeline.Clock.Now);
        Volatile.Write(ref _writing, 1);
        try
        {
            for (int sent = 0; sent < reply.Count;)
            {
                sent += await _socket.SendAsync(reply.AsMemory(sent), SocketFlags.None).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
            Volatile.Write(ref _lastActivity, _pipeline.Clock.Now);
            ArrayPool<byte>.Shared.Return(reply.Array!);
            Release();
        }
    }

    private void Release()
    {
        Interlocked.Decrement(ref _waiting);
        _slots.Writer.TryWrite(true);
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using EbpfFirewall.Decisions;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Repeats queries over TCP whose answers did not fit into a datagram.</summary>
internal sealed class UpstreamTcp(UpstreamContext context, CancellationToken stopping) : IDisposable
{
    private const int MaxConnections = 32;
    private const int LengthSize = 2;

    private readonly SemaphoreSlim _connections = new(MaxConnections);

    /// <summary>Takes the query over.</summary>
    internal void Start(Query query) => _ = ExchangeAsync(query);

    public void Dispose() => _connections.Dispose();

    private async Task ExchangeAsync(Query query)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LengthSize + ushort.MaxValue);
        try
        {
            int length = await ReadAnswerAsync(query, buffer).ConfigureAwait(false);
            if (length == 0)
            {
                context.Retry(query);
            }
            else
            {
                context.Handler.OnAnswer(query, buffer.AsSpan(LengthSize, length), overTcp: true);
            }
        }
        catch (Exception)
        {
            // Not expected of our own code; the client gets nothing, and the others go on.
            ProxyCounters.Count(ref context.Counters.Faults);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Length of the answer; 0 when there was none in time.</summary>
    private async Task<int> ReadAnswerAsync(Query query, byte[] buffer)
    {
        try
        {
            // One server that hangs over TCP must not use up the time of the others.
            long deadline = Math.Min(query.Deadline, context.Clock.Now + context.Clock.Ticks(context.Options.AttemptTimeout));
            using CancellationTokenSource timeout = new(context.Clock.Until(deadline), context.Clock.Provider);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
            return await ReadAnswerAsync(query, buffer, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            query.FailureReason = DecisionReason.UpstreamTimeout;
            return 0;
        }
    }

    private async Task<int> ReadAnswerAsync(Query query, byte[] buffer, CancellationToken cancellationToken)
    {
        await _connections.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            UpstreamServer server = query.Server!;
            using Socket socket = new(server.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.NoDelay = true;
            await socket.ConnectAsync(server.EndPoint, cancellationToken).ConfigureAwait(false);
            int length = WriteQuery(query, buffer);
            for (int sent = 0; sent < length;)
            {
                sent += await socket.SendAsync(buffer.AsMemory(sent, length - sent), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            }

            // Messages that are not the answer are skipped until the deadline, as over UDP.
            while (true)
            {
                await ReadAsync(socket, buffer.AsMemory(0, LengthSize), cancellationToken).ConfigureAwait(false);
                length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
                await ReadAsync(socket, buffer.AsMemory(LengthSize, length), cancellationToken).ConfigureAwait(false);
                if (UpstreamMessage.IsAnswerTo(query, buffer.AsSpan(LengthSize, length)))
                {
                    return length;
                }

                ProxyCounters.Count(ref context.Counters.UpstreamIgnored);
            }
        }
        finally
        {
            _connections.Release();
        }
    }

    private int WriteQuery(Query query, byte[] buffer)
    {
        query.UpstreamId = context.Random.Next();
        Span<byte> message = buffer.AsSpan(LengthSize);
        int length = UpstreamMessage.Write(message, query);
        UpstreamMessage.WriteId(message, query.UpstreamId);
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)length);
        return LengthSize + length;
    }

    private static async Task ReadAsync(Socket socket, Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (!destination.IsEmpty)
        {
            int received = await socket.ReceiveAsync(destination, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (received == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            destination = destination[received..];
        }
    }
}

using System.Net.Sockets;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>The TCP listener of one family, and its connections.</summary>
internal sealed class TcpClients(Socket listener, QueryPipeline pipeline, TcpClientsLimit limit) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<TcpConnection> _connections = [];
    private bool _closed;

    /// <summary>Accepts until the socket is closed.</summary>
    internal async Task RunAsync()
    {
        while (true)
        {
            try
            {
                Accept(await listener.AcceptAsync(CancellationToken.None).ConfigureAwait(false));
            }
            catch (SocketException e) when (e.SocketErrorCode is not (SocketError.OperationAborted or SocketError.Interrupted or SocketError.NotSocket))
            {
                // A client that left early, or no descriptors: the next round waits a little, so that it cannot spin.
                await Task.Delay(TimeSpan.FromMilliseconds(20), pipeline.Clock.Provider).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Closes connections that are idle or stuck.</summary>
    internal void Sweep(long now)
    {
        TcpConnection[] all;
        lock (_lock)
        {
            all = [.. _connections];
        }

        foreach (TcpConnection connection in all)
        {
            if (connection.IsOverdue(now))
            {
                pipeline.CountTcpClosed();
                connection.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
        }

        listener.Dispose();
        TcpConnection[] all;
        lock (_lock)
        {
            all = [.. _connections];
        }

        foreach (TcpConnection connection in all)
        {
            connection.Dispose();
        }
    }

    private void Accept(Socket socket)
    {
        if (!limit.TryTake())
        {
            pipeline.CountTcpClosed();
            socket.Dispose();
            return;
        }

        // The client is found before the first octet is read: whoever was not sent here gets nothing.
        if (!pipeline.TryIdentify(socket, out ClientFlow flow))
        {
            limit.Return();
            socket.Close(0);
            return;
        }

        _ = ServeAsync(socket, flow);
    }

    private async Task ServeAsync(Socket socket, ClientFlow flow)
    {
        using TcpConnection connection = new(socket, flow, pipeline);
        bool serves;
        lock (_lock)
        {
            serves = !_closed && _connections.Add(connection);
        }

        if (serves)
        {
            pipeline.Wake();
            await connection.RunAsync().ConfigureAwait(false);
        }

        lock (_lock)
        {
            _connections.Remove(connection);
        }

        limit.Return();
    }
}

using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Tests.Support;

/// <summary>Accepts connections, counts what comes, and closes when the other side does.</summary>
internal sealed class Sink : IDisposable
{
    private readonly TcpListener _listener;
    private long _received;

    internal Sink()
        : this(IPAddress.Any)
    {
    }

    internal Sink(IPAddress address)
    {
        _listener = new TcpListener(address, 0);
        _listener.Start();
        _ = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal long Received => Interlocked.Read(ref _received);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = DrainAsync(client);
        }
    }

    private async Task DrainAsync(Socket client)
    {
        using (client)
        {
            byte[] buffer = new byte[1 << 16];
            try
            {
                while (await client.ReceiveAsync(buffer) is var count and > 0)
                {
                    Interlocked.Add(ref _received, count);
                }
            }
            catch (SocketException)
            {
                // Reset: what has come has been counted.
            }
        }
    }
}

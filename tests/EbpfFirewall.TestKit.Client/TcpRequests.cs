using System.Net.Sockets;

namespace EbpfFirewall.TestKit.Client;

/// <summary>An echo over TcpClient, whose socket is dual-stack by default.</summary>
internal sealed class TcpRequests(string host, int port)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    internal async Task SendAsync()
    {
        using CancellationTokenSource limit = new(Limit);
        using TcpClient client = new();
        await client.ConnectAsync(host, port, limit.Token);
        NetworkStream stream = client.GetStream();
        byte[] sent = "ping"u8.ToArray();
        byte[] got = new byte[sent.Length];
        await stream.WriteAsync(sent, limit.Token);
        await stream.ReadExactlyAsync(got, limit.Token);
        if (!sent.AsSpan().SequenceEqual(got))
        {
            throw new InvalidDataException("The echo differs.");
        }
    }
}

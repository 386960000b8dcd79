using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Tests.Support;

/// <summary>Answers every question of type A with one address, and others with nothing.</summary>
internal sealed class NameServer : IDisposable
{
    private const int HeaderBytes = 12;
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly byte[] _address;
    private readonly byte _ttlSeconds;

    internal NameServer(IPAddress address, byte ttlSeconds = 60)
    {
        _address = address.GetAddressBytes();
        _ttlSeconds = ttlSeconds;
        _ = AnswerAsync();
    }

    internal IPEndPoint EndPoint => (IPEndPoint)_socket.Client.LocalEndPoint!;

    public void Dispose() => _socket.Dispose();

    private async Task AnswerAsync()
    {
        while (true)
        {
            UdpReceiveResult query;
            try
            {
                query = await _socket.ReceiveAsync();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }

            byte[] question = query.Buffer[HeaderBytes..(Array.IndexOf(query.Buffer, (byte)0, HeaderBytes) + 5)];
            bool isAddress = question[^3] == 1;
            byte[] header = [query.Buffer[0], query.Buffer[1], 0x81, 0x80, 0, 1, 0, isAddress ? (byte)1 : (byte)0, 0, 0, 0, 0];
            byte[] record = isAddress ? [0xc0, HeaderBytes, 0, 1, 0, 1, 0, 0, 0, _ttlSeconds, 0, 4, .. _address] : [];
            await _socket.SendAsync((byte[])[.. header, .. question, .. record], query.RemoteEndPoint);
        }
    }
}

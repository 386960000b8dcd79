using System.Net;
using System.Net.Sockets;
using System.Text;
using EbpfFirewall.Native;

namespace EbpfFirewall.Cli.SelfTest.Lab;

/// <summary>
/// A name server with one zone's worth of answers, UDP on port 53 of every outside address: the allowed name has addresses, names below
/// <c>evil.test</c> lead to a forbidden one, others do not exist.
/// </summary>
internal sealed class NameServer : IDisposable
{
    private const int HeaderBytes = 12;
    private const int TypeA = 1;
    private const int TypeAaaa = 28;
    private readonly Socket _socket;

    private NameServer(Socket socket)
    {
        _socket = socket;
        new Thread(Serve) { IsBackground = true, Name = "names" }.Start();
    }

    public static NameServer Start(NetworkNamespace outside) => new(outside.Run(() =>
    {
        // One address each, so that answers come from where the question went.
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(Places.NameServer4), 53));
        return socket;
    }));

    public void Dispose() => _socket.Dispose();

    private void Serve()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                EndPoint client = new IPEndPoint(IPAddress.Any, 0);
                int size = _socket.ReceiveFrom(buffer, ref client);
                if (Answer(buffer.AsSpan(0, size)) is { } answer)
                {
                    _socket.SendTo(answer, client);
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
    }

    private static byte[]? Answer(ReadOnlySpan<byte> query)
    {
        var name = new StringBuilder();
        int at = HeaderBytes;
        while (at < query.Length && query[at] is > 0 and < 64 && at + query[at] < query.Length)
        {
            name.Append(Encoding.ASCII.GetString(query.Slice(at + 1, query[at]))).Append('.');
            at += query[at] + 1;
        }

        if (at + 5 > query.Length)
        {
            return null;
        }

        int type = (query[at + 1] << 8) | query[at + 2];
        ReadOnlySpan<byte> question = query[HeaderBytes..(at + 5)];
        string asked = name.ToString().TrimEnd('.').ToLowerInvariant();
        string? address = (asked, type) switch
        {
            (Places.AllowedName or $"www.{Places.AllowedName}", TypeA) => Places.ByName4,
            (Places.AllowedName, TypeAaaa) => Places.ByName6,
            (_, TypeA) when asked.EndsWith(Places.ForbiddenName, StringComparison.Ordinal) => Places.ByForbiddenName4,
            _ => null,
        };
        bool exists = address is not null || asked.EndsWith(".test", StringComparison.Ordinal);
        byte[] data = address is null ? [] : IPAddress.Parse(address).GetAddressBytes();
        byte[] alias = asked.StartsWith("www.", StringComparison.Ordinal) ? Alias : [];
        byte[] record = address is null ? [] : alias.Length > 0 ? [.. alias, .. Target, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, .. data] : [0xc0, HeaderBytes, (byte)(type >> 8), (byte)type, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data];
        return
        [
            query[0], query[1], 0x81, (byte)(exists ? 0x80 : 0x83), 0, 1, 0, (byte)(address is null ? 0 : alias.Length > 0 ? 2 : 1), 0, 0, 0, 0,
            .. question, .. record,
        ];
    }

    private static byte[] Target { get; } = [2, .. "e1"u8, 3, .. "cdn"u8, 4, .. "test"u8, 0];

    private static byte[] Alias { get; } = [0xc0, HeaderBytes, 0, 5, 0, 1, 0, 0, 0, 60, 0, (byte)Target.Length, .. Target];
}

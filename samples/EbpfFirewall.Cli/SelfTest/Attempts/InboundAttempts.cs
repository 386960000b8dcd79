using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>B: the outside begins, and the secret goes out in the answer.</summary>
internal static class InboundAttempts
{
    private const int TcpPort = 7777;
    private const int UdpPort = 9999;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    public static IEnumerable<Attempt> All =>
    [
        new("B34", "an outside that connects in, and is told the secret", Serve)
        {
            Meanwhile = outside => outside.Dial(Places.Inside4, TcpPort), SecretOnly = true, AtOnce = false, Reasons = [Because.Inbound, Because.NotAllowed],
        },
        new("B34s", "the same over IPv6", Serve)
        {
            Meanwhile = outside => outside.Dial(Places.Inside6, TcpPort), SecretOnly = true, AtOnce = false, Reasons = [Because.Inbound, Because.NotAllowed],
        },
        new("B35", "the answer to a datagram that nobody asked for", Answer)
        {
            Meanwhile = outside => outside.Knock(Places.Inside4, UdpPort), SecretOnly = true, AtOnce = false, Reasons = [Because.Inbound, Because.NotAllowed],
        },
    ];

    private static void Serve(AttemptRun run)
    {
        int listener = run.Socket(Net.V6, Net.Stream);
        run.Set(listener, "IPV6_V6ONLY", Net.SolV6, 26, 0);
        run.Set(listener, "SO_REUSEADDR", Net.SolSocket, 2, 1);
        run.Do("bind", () => Linux.Bind(listener, Net.Address(IPAddress.IPv6Any, TcpPort)));
        run.Do("listen", () => Linux.Listen(listener));
        int peer = run.Own(run.Do("accept", () => Linux.Accept(listener)));
        run.Send(peer);
        Thread.Sleep(20); // the outside reads before the connection is torn down
    }

    private static unsafe void Answer(AttemptRun run)
    {
        int fd = run.Socket(Net.V4, Net.Datagram);
        run.Do("bind", () => Linux.Bind(fd, Net.Address(IPAddress.Any, UdpPort)));
        byte[] peer = new byte[16];
        run.Do("recvfrom", () =>
        {
            byte data;
            int length = peer.Length;
            fixed (byte* address = peer)
            {
                return Linux.Do(Call.ReceiveFrom, fd, (nint)(&data), 1, 0, (nint)address, (nint)(&length));
            }
        });
        run.Do("sendto", () => Linux.SendTo(fd, run.Token, peer));
    }

    private static void Dial(this Companion outside, string address, int port) => outside.Repeat(Patience, () =>
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), port);
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 200 };
        socket.Bind(new IPEndPoint(endPoint.AddressFamily == AddressFamily.InterNetwork ? outside.Forbidden4 : outside.Forbidden6, 0));
        Task connecting = socket.ConnectAsync(endPoint);
        return connecting.Wait(150) && socket.Receive(new byte[100]) > 0;
    });

    private static void Knock(this Companion outside, string address, int port) => outside.Repeat(Patience, () =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20 };
        socket.Bind(new IPEndPoint(outside.Forbidden4, 0));
        socket.SendTo([1], new IPEndPoint(IPAddress.Parse(address), port));
        return socket.Receive(new byte[100]) > 0;
    });
}

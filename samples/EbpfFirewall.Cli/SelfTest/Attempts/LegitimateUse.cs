using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>P: what a program may do, and must be able to.</summary>
internal static class LegitimateUse
{
    private const int NonBlocking = 0x800;

    public static IEnumerable<Attempt> All =>
    [
        new("P01", "TCP to an allowed IPv4 address", run => Talk(run, Net.V4, Places.Allowed4)),
        new("P02", "TCP to an allowed address, IPv4-mapped", run => Talk(run, Net.V6, $"::ffff:{Places.Allowed4}")),
        new("P02n", ".NET's dual-mode TcpClient", DualMode),
        new("P02h", ".NET's HttpClient", UseHttpClient),
        new("P02c", "curl", run => run.Program("curl", "-sS", "--noproxy", "*", "--max-time", "2", $"http://{Places.Allowed4}:{Places.AllowedPort}/")),
        new("P03", "TCP to an allowed IPv6 address", run => Talk(run, Net.V6, Places.Allowed6)),
        new("P04", "a denied address, then an allowed one, without waiting", run =>
        {
            int fd = run.Socket(Net.V6, Net.Stream);
            run.Expect("connect", Interop.Errno.EPERM, () => Linux.Connect(fd, Net.Address(run.Forbidden6, 443)));
            Talk(run, Net.V4, Places.Allowed4);
        }) { Control = false },
        new("P05", "an answer, and at once a connection to it, 100 times", run =>
        {
            for (int i = 0; i < 100; i++)
            {
                IPAddress address = Resolve(run, Places.AllowedName);
                run.Connect(run.Socket(Net.V4, Net.Stream), address, Places.AllowedNamePort);
            }
        }),
        new("P06", "an allowed name that is another's alias", run => Talk(run, Net.V4, Resolve(run, $"www.{Places.AllowedName}").ToString(), Places.AllowedNamePort)),
        new("P09", "a search list: a name that is not there", run =>
        {
            byte[] answer = Query(run, Net.Datagram, $"{Places.AllowedName}.search.invalid");
            AttemptRun.Require((answer[3] & 15) == 3, "the answer is not NXDOMAIN");
        }) { Control = false },
        new("P10", "DNS over TCP", run =>
        {
            byte[] answer = Query(run, Net.Stream, Places.AllowedName);
            AttemptRun.Require((answer[3] & 15) == 0 && answer[7] > 0, "the answer has no address");
        }) { Control = false },
        new("P15", "a listener of one's own, IPv4", run => Serve(run, Net.V4, "127.0.0.1", "127.0.0.1")),
        new("P15a", "a listener of one's own, on every address", run => Serve(run, Net.V4, "0.0.0.0", "127.0.0.1")),
        new("P15s", "a listener of one's own, IPv6", run => Serve(run, Net.V6, "::1", "::1")),
        new("P15z", "a listener of one's own, by 0.0.0.0", run => Serve(run, Net.V4, "127.0.0.1", "0.0.0.0")),
        new("P16", "unix sockets of one's own, by path", ServeUnixInFolder),
        new("P16a", "unix sockets of one's own, abstract", run => ServeUnix(run, $"@{run.TokenText}")),
        new("P16p", "a pair of unix sockets", PairUnix),
        new("P17", "UDP to an allowed address", run => Ask(run, Net.V4, Places.Allowed4, run.Token)),
        new("P17s", "UDP to an allowed IPv6 address", run => Ask(run, Net.V6, Places.Allowed6, run.Token)),
        new("P17m", "UDP to an allowed address, IPv4-mapped", run => Ask(run, Net.V6, $"::ffff:{Places.Allowed4}", run.Token)),
        new("P17c", "UDP, connected", run =>
        {
            int fd = run.Socket(Net.V4, Net.Datagram);
            run.Connect(fd, IPAddress.Parse(Places.Allowed4), Places.AllowedUdpPort);
            run.Send(fd);
            run.Hear(fd);
        }),
        new("P18", "interfaces and routes, asked of the kernel", run =>
        {
            run.Program("ip", "addr");
            run.Program("ip", "route");
            AttemptRun.Require(NetworkInterface.GetAllNetworkInterfaces().Length > 0, "there is no interface");
        }),
        new("P19", "eight megabytes there and back", Transfer),
        new("P22", "a large datagram that the kernel cuts into fragments", run => Ask(run, Net.V4, Places.Allowed4, [.. run.Token, .. new byte[1200]])),
        new("P24", "many short processes", run => run.Program("sh", "-c", "i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i+1)); done")),
        new("P27", "a non-blocking connect", run =>
        {
            int fd = run.Socket(Net.V4, Net.Stream | NonBlocking);
            run.Expect("connect", Interop.Errno.EINPROGRESS, () => Linux.Connect(fd, Net.Address(Places.Allowed4, Places.AllowedPort)));
        }),
        new("P28", "several allowed destinations in one call", run =>
        {
            int fd = run.Socket(Net.V4, Net.Datagram);
            byte[] address = Net.Address(Places.Allowed4, Places.AllowedUdpPort);
            long sent = run.Do("sendmmsg", () => Messages.SendToAll(fd, run.Token, [address, address, address]));
            AttemptRun.Require(sent == 3, $"{sent} of 3 were sent");
        }),
        new("P29", "python's standard library", run => run.Program(
            "python3", "-c", $"import socket; s = socket.create_connection(('{Places.Allowed4}', {Places.AllowedPort}), 2); s.sendall(b'x'); assert s.recv(1) == b'x'")),
    ];

    private static void Talk(AttemptRun run, int family, string address, int port = Places.AllowedPort)
    {
        int fd = run.Socket(family, Net.Stream);
        run.Connect(fd, IPAddress.Parse(address), port);
        run.Send(fd);
        run.Hear(fd);
    }

    private static void Ask(AttemptRun run, int family, string address, byte[] data)
    {
        int fd = run.Socket(family, Net.Datagram);
        run.Do("sendto", () => Linux.SendTo(fd, data, Net.Address(address, Places.AllowedUdpPort)));
        run.Hear(fd);
    }

    private static void DualMode(AttemptRun run)
    {
        using var client = new TcpClient(AddressFamily.InterNetworkV6) { Client = { DualMode = true }, ReceiveTimeout = 1000 };
        client.Connect(IPAddress.Parse(Places.Allowed4), Places.AllowedPort);
        client.GetStream().Write(run.Token);
        AttemptRun.Require(client.GetStream().Read(new byte[100]) > 0, "nothing came back");
    }

    private static void UseHttpClient(AttemptRun run)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(2) };
        string answer = client.GetStringAsync(new Uri($"http://{Places.Allowed4}:{Places.AllowedPort}/{run.TokenText}")).GetAwaiter().GetResult();
        AttemptRun.Require(answer == "ok", $"the answer is '{answer}'");
    }

    private static IPAddress Resolve(AttemptRun run, string name)
    {
        byte[] answer = Query(run, Net.Datagram, name);
        AttemptRun.Require((answer[3] & 15) == 0 && answer[7] > 0, $"no address for {name}");
        return new IPAddress(answer.AsSpan(answer.Length - 4, 4));
    }

    private static byte[] Query(AttemptRun run, int type, string name)
    {
        int fd = run.Socket(Net.V4, type);
        run.Connect(fd, IPAddress.Parse(Places.NameServer4), 53);
        byte[] question = Question.Of(name);
        run.Do("send", () => Linux.Send(fd, type == Net.Stream ? [0, (byte)question.Length, .. question] : question));
        byte[] buffer = new byte[4096];
        long size = run.Do("recv", () => Linux.Receive(fd, buffer));
        return buffer[(type == Net.Stream ? 2 : 0)..(int)size];
    }

    private static void Serve(AttemptRun run, int family, string bind, string connect)
    {
        int listener = run.Socket(family, Net.Stream);
        int port = 20_000 + (run.Number % 20_000);
        run.Do("bind", () => Linux.Bind(listener, Net.Address(bind, port)));
        run.Do("listen", () => Linux.Listen(listener));
        int client = run.Socket(family, Net.Stream);
        run.Connect(client, IPAddress.Parse(connect), port);
        run.Send(client);
        int server = run.Own(run.Do("accept", () => Linux.Accept(listener)));
        run.Hear(server);
    }

    private static void ServeUnixInFolder(AttemptRun run)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("efw-selftest-own-");
        try
        {
            ServeUnix(run, Path.Combine(folder.FullName, "socket"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void ServeUnix(AttemptRun run, string path)
    {
        int listener = run.Socket(Net.Unix, Net.Stream);
        run.Do("bind", () => Linux.Bind(listener, Net.UnixAddress(path)));
        run.Do("listen", () => Linux.Listen(listener));
        int client = run.Unix(path);
        int server = run.Own(run.Do("accept", () => Linux.Accept(listener)));
        run.Hear(server);
        AttemptRun.Require(client != server, "");
    }

    private static unsafe void PairUnix(AttemptRun run)
    {
        int* pair = stackalloc int[2];
        nint ends = (nint)pair;
        run.Do("socketpair", () => Linux.Do(Call.SocketPair, Net.Unix, Net.Stream, 0, ends));
        run.Send(run.Own(pair[0]));
        run.Hear(run.Own(pair[1]));
    }

    private static void Transfer(AttemptRun run)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 2000, SendTimeout = 2000 };
        socket.Connect(IPAddress.Parse(Places.Allowed4), Places.AllowedPort);
        byte[] block = new byte[65_536];
        for (int sent = 0; sent < 8 << 20; sent += block.Length)
        {
            socket.Send(block);
            for (int got = 0; got < block.Length;)
            {
                int size = socket.Receive(block);
                AttemptRun.Require(size > 0, "the connection ended");
                got += size;
            }
        }
    }
}

using System.Net;
using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>B: the same forbidden place, by other ways to use a socket.</summary>
internal static class SocketAttempts
{
    private const int Unspecified = 0;
    private const int NonBlocking = 0x800;
    private const int Races = 4000;

    public static IEnumerable<Attempt> All =>
    [
        new("B01", "a connected datagram socket", run => ConnectedUdp(run, Net.V4, run.Forbidden4)),
        new("B01s", "a connected datagram socket, IPv6", run => ConnectedUdp(run, Net.V6, run.Forbidden6)),
        new("B01m", "a connected datagram socket, IPv4-mapped", run => ConnectedUdp(run, Net.V6, run.Mapped)),
        new("B02", "sendto without connect", run => run.Udp(run.Forbidden4, 443)),
        new("B02s", "sendto without connect, IPv6", run => run.Udp(run.Forbidden6, 443)),
        new("B03", "sendmsg without connect", run =>
        {
            int fd = run.Socket(Net.V4, Net.Datagram);
            run.Do("sendmsg", () => Messages.Send(fd, run.Token, Net.Address(run.Forbidden4, 443)));
        }),
        new("B04", "sendmmsg with an allowed, a forbidden and an allowed destination", SendBatch),
        new("B05", "sendto with family AF_UNSPEC", run =>
        {
            int fd = run.Socket(Net.V4, Net.Datagram);
            run.Do("sendto", () => Linux.SendTo(fd, run.Token, Net.WithFamily(Net.Address(run.Forbidden4, 443), Unspecified)));
        }),
        new("B07", "connect with an IPv4 address on an IPv6 datagram socket", run =>
        {
            int fd = run.Socket(Net.V6, Net.Datagram);
            run.Connect(fd, run.Forbidden4, 443);
            run.Send(fd);
        }),
        new("B08", "sendto with an IPv4-mapped address", run => run.Udp(run.Mapped, 443)),
        new("B09", "connect of a non-blocking socket", run =>
        {
            int fd = run.Socket(Net.V4, Net.Stream | NonBlocking);
            run.Do("connect", () => Linux.Connect(fd, Net.Address(run.Forbidden4, 443)) is var result && result == -Errno.EINPROGRESS ? 0 : result);
        }),
        new("B10", "TCP: connect allowed, dissolve, connect forbidden", run =>
        {
            int fd = run.Socket(Net.V4, Net.Stream);
            run.Connect(fd, IPAddress.Parse(Places.Allowed4), Places.AllowedPort);
            run.Do("connect AF_UNSPEC", () => Linux.Connect(fd, new byte[16]));
            run.Connect(fd, run.Forbidden4, 443);
            run.Send(fd);
        }),
        new("B11", "UDP: connect allowed, connect forbidden, send", run =>
        {
            int fd = run.Socket(Net.V4, Net.Datagram);
            run.Connect(fd, IPAddress.Parse(Places.Allowed4), Places.AllowedUdpPort);
            run.Connect(fd, run.Forbidden4, 443);
            run.Send(fd);
        }),
        new("B12", "UDP: connected to an allowed address, sendto a forbidden one", run =>
        {
            int fd = run.Socket(Net.V4, Net.Datagram);
            run.Connect(fd, IPAddress.Parse(Places.Allowed4), Places.AllowedUdpPort);
            run.SendTo(fd, run.Forbidden4, 443);
        }),
        new("B13", "UDP-Lite", run => run.Udp(run.Forbidden4, 443, Net.UdpLite)) { Reasons = [Because.Socket] },
        new("B13s", "UDP-Lite, IPv6", run => run.Udp(run.Forbidden6, 443, Net.UdpLite)) { Reasons = [Because.Socket] },
        new("B14", "multipath TCP", run => run.Tcp(run.Forbidden4, 443, Net.MultipathTcp)) { Reasons = [Because.NotAllowed, Because.Socket] },
        new("B14m", "multipath TCP, IPv4-mapped", run => run.Tcp(run.Mapped, 443, Net.MultipathTcp)) { Reasons = [Because.NotAllowed, Because.Socket] },
        new("B16", "SCTP, one to one", run => run.Tcp(run.Forbidden4, 443, Net.Sctp)) { Reasons = [Because.Socket] },
        new("B16q", "SCTP, one to many", run => Send(run, Net.SeqPacket, Net.Sctp)) { Reasons = [Because.Socket] },
        new("B17", "DCCP", run => Send(run, Net.Dccp, Net.DccpProtocol)) { Reasons = [Because.Socket] },
        new("B18", "TCP Fast Open by sendto", run =>
        {
            int fd = run.Socket(Net.V4, Net.Stream);
            run.Do("sendto", () => Linux.SendTo(fd, run.Token, Net.Address(run.Forbidden4, 443), Net.FastOpen));
        }),
        new("B19", "TCP Fast Open by a deferred connect", run =>
        {
            const int FastOpenConnect = 30;
            int fd = run.Socket(Net.V4, Net.Stream);
            run.Set(fd, "TCP_FASTOPEN_CONNECT", Net.SolTcp, FastOpenConnect, 1);
            run.Connect(fd, run.Forbidden4, 443);
            run.Do("write", () => Linux.Write(fd, run.Token));
        }),
        new("B20", "TCP_REPAIR, with CAP_NET_ADMIN kept", Repair) { Keeps = ["net_admin"], Reasons = [Because.NotAllowed, Because.SocketOption] },
        new("B29", "an address that another thread changes during sendto", RaceDatagrams),
        new("B30", "an address that another thread changes during connect", RaceConnects),
        new("B31", "UDP segmentation offload", run =>
        {
            const int Segment = 103;
            int fd = run.Socket(Net.V4, Net.Datagram);
            run.Set(fd, "UDP_SEGMENT", Net.SolUdp, Segment, 1000);
            byte[] large = [.. run.Token, .. new byte[20_000]];
            run.Do("sendto", () => Linux.SendTo(fd, large, Net.Address(run.Forbidden4, 443)));
        }),
        new("B31f", "a datagram that the kernel cuts into fragments", run =>
        {
            int fd = run.Socket(Net.V4, Net.Datagram);
            byte[] large = [.. run.Token, .. new byte[20_000]];
            run.Do("sendto", () => Linux.SendTo(fd, large, Net.Address(run.Forbidden4, 443)));
        }),
        new("B32", "MSG_ZEROCOPY", run =>
        {
            const int ZeroCopy = 0x4000000;
            int fd = run.Socket(Net.V4, Net.Datagram);
            run.Set(fd, "SO_ZEROCOPY", Net.SolSocket, Net.ZeroCopy, 1);
            run.Connect(fd, run.Forbidden4, 443);
            run.Send(fd, ZeroCopy);
        }),
        new("B32f", "sendfile into a connected datagram socket", SendFile),
        new("B32s", "splice into a connected datagram socket", SpliceFile),
        new("B33", "ending with MSG_MORE, sent by another call", run =>
        {
            const int More = 0x8000;
            int fd = run.Socket(Net.V4, Net.Datagram);
            run.Do("sendto", () => Linux.SendTo(fd, run.Token, Net.Address(run.Forbidden4, 443), More));
            run.Send(fd);
        }),
        .. InboundAttempts.All,
        .. RingAttempts.All,
    ];

    private static void ConnectedUdp(AttemptRun run, int family, IPAddress address)
    {
        int fd = run.Socket(family, Net.Datagram);
        run.Connect(fd, address, 443);
        run.Send(fd);
    }

    private static void Send(AttemptRun run, int type, int protocol)
    {
        int fd = run.Socket(Net.V4, type, protocol);
        run.SendTo(fd, run.Forbidden4, 443);
    }

    private static void SendBatch(AttemptRun run)
    {
        int fd = run.Socket(Net.V4, Net.Datagram);
        byte[] allowed = Net.Address(Places.Allowed4, Places.AllowedUdpPort);
        byte[] forbidden = Net.Address(run.Forbidden4, 443);
        byte[] harmless = [1];
        long sent = run.Do("sendmmsg", () => Messages.SendToAll(fd, harmless, [allowed, forbidden, allowed]));
        if (sent < 3)
        {
            run.Do("sendmmsg", () => Messages.SendToAll(fd, harmless, [forbidden, allowed]));
        }
    }

    // An established socket without a handshake.
    private static void Repair(AttemptRun run)
    {
        const int RepairOption = 19;
        int fd = run.Socket(Net.V4, Net.Stream);
        run.Set(fd, "TCP_REPAIR", Net.SolTcp, RepairOption, 1);
        run.Do("bind", () => Linux.Bind(fd, Net.Address(Places.Inside4, 40_000 + run.Number)));
        run.Connect(fd, run.Forbidden4, 443);
        run.Set(fd, "TCP_REPAIR", Net.SolTcp, RepairOption, 0);
        run.Send(fd);
    }

    private static unsafe void RaceDatagrams(AttemptRun run)
    {
        int fd = run.Socket(Net.V4, Net.Datagram);
        Race(run, "sendto", address =>
        {
            fixed (byte* data = run.Token)
            {
                return Linux.Do(Call.SendTo, fd, (nint)data, 1, Net.NoSignal, address, 16);
            }
        });
    }

    private static void RaceConnects(AttemptRun run)
    {
        int fd = run.Socket(Net.V4, Net.Datagram);
        Race(run, "connect", address =>
        {
            long result = Linux.Do(Call.Connect, fd, address, 16);
            return result < 0 ? result : Linux.Send(fd, [1]);
        });
    }

    // One thread flips the address between the allowed and the forbidden one while the other calls.
    private static unsafe void Race(AttemptRun run, string name, Func<nint, long> call)
    {
        byte[] allowed = Net.Address(Places.Allowed4, Places.AllowedUdpPort);
        byte[] forbidden = Net.Address(run.Forbidden4, Places.AllowedUdpPort);
        byte* shared = stackalloc byte[16];
        allowed.CopyTo(new Span<byte>(shared, 16));
        uint* address = (uint*)(shared + 4);
        uint one = BitConverter.ToUInt32(allowed, 4);
        uint other = BitConverter.ToUInt32(forbidden, 4);
        bool over = false;
        using var flipping = new ManualResetEventSlim();
        var flipper = new Thread(() =>
        {
            flipping.Set();
            while (!Volatile.Read(ref over))
            {
                Volatile.Write(ref *address, other);
                Thread.SpinWait(20);
                Volatile.Write(ref *address, one);
                Thread.SpinWait(20);
            }
        });
        flipper.Start();
        flipping.Wait();
        long refusal = 0;
        for (int i = 0; i < (run.Confined ? Races : 400); i++)
        {
            long result = call((nint)shared);
            refusal = result is -Errno.EPERM or -Errno.EACCES ? result : refusal;
        }

        Volatile.Write(ref over, true);
        flipper.Join();
        run.Do(name, () => refusal);
    }

    private static void SendFile(AttemptRun run)
    {
        int fd = run.Socket(Net.V4, Net.Datagram);
        run.Connect(fd, run.Forbidden4, 443);
        int file = SecretFile(run);
        run.Do("sendfile", () => Linux.Do(Call.SendFile, fd, file, 0, run.Token.Length));
    }

    private static unsafe void SpliceFile(AttemptRun run)
    {
        int fd = run.Socket(Net.V4, Net.Datagram);
        run.Connect(fd, run.Forbidden4, 443);
        int* pipe = stackalloc int[2];
        nint ends = (nint)pipe;
        run.Do("pipe2", () => Linux.Do(Call.Pipe, ends, 0));
        int reader = run.Own(pipe[0]);
        int writer = run.Own(pipe[1]);
        run.Do("write", () => Linux.Write(writer, run.Token));
        run.Do("splice", () => Linux.Do(Call.Splice, reader, 0, fd, 0, run.Token.Length, 0));
    }

    private static int SecretFile(AttemptRun run)
    {
        string path = Path.Combine(run.World.Folder, $"secret-{run.Number}");
        File.WriteAllBytes(path, run.Token);
        return run.Own(run.Do("open", () => Linux.Open(path, 0)));
    }
}

using EbpfFirewall.Cli.SelfTest.Interop;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>B: io_uring and other ABIs, which do without the usual system calls.</summary>
internal static class RingAttempts
{
    public static IEnumerable<Attempt> All =>
    [
        new("B21", "io_uring at all", run => Connect(run, 0, 0)) { Reasons = [Because.SystemCall] },
        new("B22", "io_uring kept: connect by a worker thread", run => Connect(run, 0, Ring.Async)) { Keeps = ["io_uring"] },
        new("B23", "io_uring kept: it makes the socket, too", MakeAndConnect) { Keeps = ["io_uring"] },
        new("B24", "io_uring kept: a datagram by sendmsg", SendMessage) { Keeps = ["io_uring"] },
        new("B25", "io_uring kept: connect by the polling thread", run => Connect(run, Ring.PollingThread, 0)) { Keeps = ["io_uring"] },
        new("B26", "io_uring kept: a source route by a command", SetSourceRoute)
        {
            Keeps = ["io_uring"], Reasons = [Because.SocketOption, Because.Options],
        },
        new("B28", "connect by its x32 number", run =>
        {
            int fd = run.Socket(Net.V4, Net.Datagram);
            X32(run, fd);
            run.Send(fd);
        }) { Alone = true, Control = false, Reasons = [], NoEvent = "the process is killed (SIGSYS), which its parent sees" },
    ];

    private static unsafe void Connect(AttemptRun run, uint flags, byte how)
    {
        using Ring ring = Create(run, flags);
        int fd = run.Socket(Net.V4, Net.Stream);
        byte[] address = Net.Address(run.Forbidden4, 443);
        run.Do("connect", () =>
        {
            fixed (byte* bytes = address)
            {
                return ring.Do(Ring.Connect, how, fd, (ulong)address.Length, (nint)bytes, 0);
            }
        });
        run.Send(fd);
    }

    private static unsafe void MakeAndConnect(AttemptRun run)
    {
        using Ring ring = Create(run, 0);
        int fd = run.Own(run.Do("socket", () => ring.Do(Ring.Socket, 0, Net.V4, Net.Stream, 0, 0)));
        byte[] address = Net.Address(run.Forbidden4, 443);
        run.Do("connect", () =>
        {
            fixed (byte* bytes = address)
            {
                return ring.Do(Ring.Connect, 0, fd, (ulong)address.Length, (nint)bytes, 0);
            }
        });
        run.Do("send", () =>
        {
            fixed (byte* bytes = run.Token)
            {
                return ring.Do(Ring.Send, 0, fd, 0, (nint)bytes, (uint)run.Token.Length);
            }
        });
    }

    private static unsafe void SendMessage(AttemptRun run)
    {
        using Ring ring = Create(run, 0);
        int fd = run.Socket(Net.V4, Net.Datagram);
        byte[] address = Net.Address(run.Forbidden4, 443);
        run.Do("sendmsg", () =>
        {
            fixed (byte* to = address)
            fixed (byte* bytes = run.Token)
            {
                var vector = new MessageHeader.Vector { Base = bytes, Length = (nuint)run.Token.Length };
                var header = new MessageHeader { Name = to, NameLength = (uint)address.Length, Vectors = &vector, VectorCount = 1 };
                return ring.Do(Ring.SendMessage, 0, fd, 0, (nint)(&header), 1);
            }
        });
    }

    // SOCKET_URING_OP_SETSOCKOPT: level and option where others have their address, the value where they splice.
    private static unsafe void SetSourceRoute(AttemptRun run)
    {
        const uint SetOption = 3;
        const int Options = 4;
        using Ring ring = Create(run, 0);
        int fd = run.Socket(Net.V4, Net.Datagram);
        byte[] route = SourceRoute.Loose(run.Forbidden4);
        run.Do("setsockopt IP_OPTIONS", () =>
        {
            fixed (byte* bytes = route)
            {
                return ring.Command(fd, SetOption, Net.SolIp, Options, (nint)bytes, route.Length);
            }
        });
        run.Do("sendto", () => Linux.SendTo(fd, run.Token, Net.Address(Lab.Places.Allowed4, Lab.Places.AllowedUdpPort)));
    }

    private static unsafe void X32(AttemptRun run, int fd)
    {
        byte[] address = Net.Address(run.Forbidden4, 443);
        run.Do("connect (x32)", () =>
        {
            fixed (byte* bytes = address)
            {
                return Linux.Do(Call.X32 + Call.Connect, fd, (nint)bytes, address.Length);
            }
        });
    }

    private static Ring Create(AttemptRun run, uint flags)
    {
        Ring? ring = null;
        run.Do("io_uring_setup", () => Ring.TryCreate(flags, out ring));
        return ring!;
    }
}

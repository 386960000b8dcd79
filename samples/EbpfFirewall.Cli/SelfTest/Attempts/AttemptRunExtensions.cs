using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Cli.SelfTest.Interop;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>What many attempts do.</summary>
internal static class AttemptRunExtensions
{
    /// <summary>TCP: connect and send the secret.</summary>
    public static void Tcp(this AttemptRun run, IPAddress address, int port, int protocol = 0)
    {
        int fd = run.Socket(FamilyOf(address), Net.Stream, protocol);
        run.Connect(fd, address, port);
        run.Send(fd);
        Linux.Receive(fd, new byte[100]); // what is closed at once is thrown away unread at the other end
    }

    public static void Tcp(this AttemptRun run, string address, int port) => run.Tcp(IPAddress.Parse(address), port);

    /// <summary>UDP: one datagram with the secret.</summary>
    public static void Udp(this AttemptRun run, IPAddress address, int port, int protocol = 0)
    {
        int fd = run.Socket(FamilyOf(address), Net.Datagram, protocol);
        run.SendTo(fd, address, port);
    }

    public static void Udp(this AttemptRun run, string address, int port) => run.Udp(IPAddress.Parse(address), port);

    public static void Connect(this AttemptRun run, int fd, IPAddress address, int port) =>
        run.Do("connect", () => Linux.Connect(fd, Net.Address(address, port)));

    public static void Send(this AttemptRun run, int fd, int flags = 0) => run.Do("send", () => Linux.Send(fd, run.Token, flags));

    public static void SendTo(this AttemptRun run, int fd, IPAddress address, int port) =>
        run.Do("sendto", () => Linux.SendTo(fd, run.Token, Net.Address(address, port)));

    public static void Set(this AttemptRun run, int fd, string name, int level, int option, int value) =>
        run.Do($"setsockopt {name}", () => Linux.SetOption(fd, level, option, value));

    public static void Set(this AttemptRun run, int fd, string name, int level, int option, byte[] value) =>
        run.Do($"setsockopt {name}", () => Linux.SetOption(fd, level, option, value));

    /// <summary>Hears back what it sent, or ends.</summary>
    public static void Hear(this AttemptRun run, int fd)
    {
        byte[] buffer = new byte[65_536];
        long size = run.Do("recv", () => Linux.Receive(fd, buffer));
        AttemptRun.Require(buffer.AsSpan(0, (int)size).IndexOf(run.Token) >= 0, "another answer came back than what was sent");
    }

    /// <summary>Connects to a unix socket and sends the secret.</summary>
    public static int Unix(this AttemptRun run, string path)
    {
        int fd = run.Socket(Net.Unix, Net.Stream);
        run.Do("connect unix", () => Linux.Connect(fd, Net.UnixAddress(path)));
        run.Send(fd);
        return fd;
    }

    private static int FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? Net.V4 : Net.V6;
}

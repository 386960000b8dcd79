using System.Net;
using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>C: packets that no TCP or UDP socket makes, and headers that hide their way.</summary>
internal static class PacketAttempts
{
    private const int HeaderIncluded = 3;

    public static IEnumerable<Attempt> All =>
    [
        new("C01", "an ICMP echo by a ping socket", run => Ping(run, Net.V4, Net.Icmp, 8, run.Forbidden4)) { Reasons = [Because.Socket] },
        new("C02", "an ICMPv6 echo by a ping socket", run => Ping(run, Net.V6, Net.IcmpV6, 128, run.Forbidden6)) { Reasons = [Because.Socket] },
        new("C02a", "an ICMP echo to an allowed address", run => Ping(run, Net.V4, Net.Icmp, 8, IPAddress.Parse(Places.Allowed4))) { Reasons = [Because.Socket] },
        new("C03", "a raw socket", run => Raw(run, Net.V4, Net.Icmp, run.Forbidden4, PacketBytes.Echo(8, run.Token))) { Reasons = [Because.SystemCall] },
        new("C04", "a raw ICMPv6 socket, with CAP_NET_RAW kept", run => Raw(run, Net.V6, Net.IcmpV6, run.Forbidden6, PacketBytes.Echo(128, run.Token))) { Keeps = ["net_raw"], Reasons = [Because.Socket] },
        new("C05", "an unknown protocol, with CAP_NET_RAW kept", run => Raw(run, Net.V4, 253, run.Forbidden4, run.Token)) { Keeps = ["net_raw"], Reasons = [Because.Socket] },
        new("C07", "own header, its destination another than the call's, with CAP_NET_RAW kept", run =>
            Raw(run, Net.V4, Net.RawProtocol, IPAddress.Parse(Places.Allowed4), PacketBytes.V4(run.Forbidden4, Net.Udp, PacketBytes.Udp(443, run.Token))))
            { Keeps = ["net_raw"], Reasons = [Because.Socket] },
        new("C08", "own IPv6 header, with CAP_NET_RAW kept", run =>
            Raw(run, Net.V6, Net.RawProtocol, run.Forbidden6, PacketBytes.V6(run.Forbidden6, Net.Udp, PacketBytes.Udp(443, run.Token))))
            { Keeps = ["net_raw"], Reasons = [Because.Socket] },
        new("C10", "a first fragment too short for its ports, with CAP_NET_RAW kept", run =>
            Raw(run, Net.V4, Net.RawProtocol, run.Forbidden4, PacketBytes.V4(run.Forbidden4, Net.Tcp, run.Token[..8], fragment: 0x2000)))
            { Keeps = ["net_raw"], Reasons = [Because.Socket] },
        new("C11", "a source route in an own header, with CAP_NET_RAW kept", run =>
            Raw(run, Net.V4, Net.RawProtocol, IPAddress.Parse(Places.Allowed4),
                PacketBytes.V4(IPAddress.Parse(Places.Allowed4), Net.Udp, PacketBytes.Udp(Places.AllowedUdpPort, run.Token), SourceRoute.Loose(run.Forbidden4))))
            { Keeps = ["net_raw"], Reasons = [Because.Socket] },
        new("C12", "a source route as a socket option, UDP", run => SourceRouted(run, Net.Datagram)) { Reasons = [Because.SocketOption, Because.Options] },
        new("C12t", "a source route as a socket option, TCP", run => SourceRouted(run, Net.Stream)) { Reasons = [Because.SocketOption, Because.Options] },
        new("C12m", "a source route as ancillary data", SourceRoutedMessage) { Reasons = [Because.SocketOption, Because.Options] },
        new("C13", "an IPv6 routing header of type 0", run => Routed(run, [0, 2, 0, 1, 0, 0, 0, 0, .. run.Forbidden6.GetAddressBytes()])) { NoEvent = "the kernel itself refuses the type", Reasons = [] },
        new("C13h", "an IPv6 routing header of type 2", run => Routed(run, [0, 2, 2, 1, 0, 0, 0, 0, .. run.Forbidden6.GetAddressBytes()])) { Reasons = [Because.SocketOption, Because.Extension] },
        new("C14", "an IPv6 segment routing header", run => Routed(run, SourceRoute.Segments(run.Forbidden6)))
        {
            Watch = [Places.Allowed6], Reasons = [Because.SocketOption, Because.Extension, Because.NotAllowed],
        },
        new("C14m", "an IPv6 segment routing header as ancillary data", RoutedMessage)
        {
            Watch = [Places.Allowed6], Reasons = [Because.SocketOption, Because.Extension, Because.NotAllowed],
        },
        new("C16", "IP in IP to an allowed address, with CAP_NET_RAW kept", run =>
            Raw(run, Net.V4, 4, IPAddress.Parse(Places.Allowed4), PacketBytes.V4(run.Forbidden4, Net.Udp, PacketBytes.Udp(443, run.Token))))
            { Keeps = ["net_raw"], Reasons = [Because.Socket] },
        new("C17", "GRE to an allowed address, with CAP_NET_RAW kept", run =>
            Raw(run, Net.V4, 47, IPAddress.Parse(Places.Allowed4), [0, 0, 8, 0, .. PacketBytes.V4(run.Forbidden4, Net.Udp, PacketBytes.Udp(443, run.Token))]))
            { Keeps = ["net_raw"], Reasons = [Because.Socket] },
        new("C31", "another interface by SO_BINDTODEVICE", run =>
        {
            int fd = run.Socket(Net.V4, Net.Stream);
            run.Set(fd, "SO_BINDTODEVICE", Net.SolSocket, Net.BindToDevice, Linux.Text(Places.InsideLink));
            run.Connect(fd, run.Forbidden4, 443);
            run.Send(fd);
        }) { Reasons = [Because.SocketOption, Because.NotAllowed] },
        new("C32", "a mark that others exempt, with CAP_NET_RAW kept", run =>
        {
            int fd = run.Socket(Net.V4, Net.Stream);
            run.Set(fd, "SO_MARK", Net.SolSocket, Net.Mark, 0x1);
            run.Connect(fd, run.Forbidden4, 443);
            run.Send(fd);
        }) { Keeps = ["net_raw"], Reasons = [Because.SocketOption, Because.NotAllowed] },
        .. LinkAttempts.All,
    ];

    private static void Ping(AttemptRun run, int family, int protocol, byte type, IPAddress address)
    {
        int fd = run.Socket(family, Net.Datagram, protocol);
        run.Do("sendto", () => Linux.SendTo(fd, PacketBytes.Echo(type, run.Token), Net.Address(address, 0)));
    }

    private static void Raw(AttemptRun run, int family, int protocol, IPAddress address, byte[] packet)
    {
        int fd = run.Socket(family, Net.Raw, protocol);
        if (protocol == Net.RawProtocol)
        {
            run.Set(fd, "IP_HDRINCL", family == Net.V4 ? Net.SolIp : Net.SolV6, family == Net.V4 ? HeaderIncluded : 36, 1);
        }

        run.Do("sendto", () => Linux.SendTo(fd, packet, Net.Address(address, 0)));
    }

    private static void SourceRouted(AttemptRun run, int type)
    {
        const int Options = 4;
        int fd = run.Socket(Net.V4, type);
        run.Set(fd, "IP_OPTIONS", Net.SolIp, Options, SourceRoute.Loose(run.Forbidden4));
        if (type == Net.Stream)
        {
            run.Connect(fd, IPAddress.Parse(Places.Allowed4), Places.AllowedPort);
            run.Send(fd);
            return;
        }

        run.SendTo(fd, IPAddress.Parse(Places.Allowed4), Places.AllowedUdpPort);
    }

    private static void SourceRoutedMessage(AttemptRun run)
    {
        const int ReturnOptions = 7;
        int fd = run.Socket(Net.V4, Net.Datagram);
        byte[] route = SourceRoute.Loose(run.Forbidden4);
        byte[] control = [.. BitConverter.GetBytes(16L + route.Length), .. BitConverter.GetBytes(Net.SolIp), .. BitConverter.GetBytes(ReturnOptions), .. route];
        run.Do("sendmsg", () => Messages.Send(fd, run.Token, Net.Address(Places.Allowed4, Places.AllowedUdpPort), control));
    }

    private static void Routed(AttemptRun run, byte[] header)
    {
        const int RoutingHeader = 57;
        int fd = run.Socket(Net.V6, Net.Datagram);
        run.Set(fd, "IPV6_RTHDR", Net.SolV6, RoutingHeader, header);
        run.SendTo(fd, run.Forbidden6, 443);
    }

    private static void RoutedMessage(AttemptRun run)
    {
        const int RoutingHeader = 57;
        int fd = run.Socket(Net.V6, Net.Datagram);
        byte[] header = SourceRoute.Segments(run.Forbidden6);
        byte[] control = [.. BitConverter.GetBytes(16L + header.Length), .. BitConverter.GetBytes(Net.SolV6), .. BitConverter.GetBytes(RoutingHeader), .. header];
        run.Do("sendmsg", () => Messages.Send(fd, run.Token, Net.Address(run.Forbidden6, 443), control));
    }
}

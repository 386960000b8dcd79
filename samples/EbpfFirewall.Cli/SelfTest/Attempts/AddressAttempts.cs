using System.Net;
using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>A: the same forbidden place, written in other ways.</summary>
internal static class AddressAttempts
{
    private const int DropFirst = 1;

    public static IEnumerable<Attempt> All =>
    [
        new("A01", "TCP to a forbidden IPv4 address", run => run.Tcp(run.Forbidden4, 443)),
        new("A02", "a forbidden port of an allowed IPv4 address", run => run.Tcp(Places.Allowed4, Places.ForbiddenPort)) { Watch = [Places.Allowed4] },
        new("A02u", "UDP to a port that is allowed for TCP alone", run => run.Udp(Places.Allowed4, Places.AllowedPort)) { Watch = [Places.Allowed4] },
        new("A03", "TCP to a forbidden IPv6 address", run => run.Tcp(run.Forbidden6, 443)),
        new("A03p", "a forbidden port of an allowed IPv6 address", run => run.Tcp(Places.Allowed6, Places.ForbiddenPort)) { Watch = [Places.Allowed6] },
        new("A04", "the IPv4 address as IPv4-mapped IPv6, TCP", run => run.Tcp(run.Mapped, 443)),
        new("A04u", "the IPv4 address as IPv4-mapped IPv6, UDP", run => run.Udp(run.Mapped, 443)),
        new("A04p", "a forbidden port of an allowed address, IPv4-mapped", run => run.Tcp($"::ffff:{Places.Allowed4}", 80)) { Watch = [Places.Allowed4] },
        new("A05", "IPv4-compatible IPv6 (::a.b.c.d)", run => run.Tcp(Embed("::", run, 12), 443)) { Reasons = Reserved },
        new("A06", "NAT64, well-known prefix", run => run.Tcp(Embed("64:ff9b::", run, 12), 443)) { Reasons = Reserved },
        new("A06l", "NAT64, local prefix", run => run.Udp(Embed("64:ff9b:1::", run, 12), 443)) { Reasons = Reserved },
        new("A07", "6to4", run => run.Tcp(Embed("2002::1", run, 2), 443)) { Reasons = Reserved },
        new("A07t", "Teredo", run => run.Tcp(Embed("2001::", run, 4), 443)) { Reasons = Reserved },
        new("A08", "0.0.0.0 for a service of this host", run => run.Tcp("0.0.0.0", 6379)) { Reasons = Loopback },
        new("A08s", "[::] for a service of this host", run => run.Tcp("::", 6379)) { Reasons = Loopback },
        new("A08u", "0.0.0.0 for a service of this host, UDP", run => run.Udp("0.0.0.0", 6379)) { Reasons = Loopback },
        new("A09", "127.0.0.2 for a service on every address", run => run.Tcp("127.0.0.2", 6379)) { Reasons = Loopback },
        new("A09e", "127.255.255.254 for a service on every address", run => run.Tcp("127.255.255.254", 22)) { Reasons = Loopback },
        new("A09m", "::ffff:127.0.0.1 for a service of this host", run => run.Tcp("::ffff:127.0.0.1", 5432)) { Reasons = Loopback },
        new("A10", "the host's own other address, IPv4", run => run.Tcp(Places.Inside4, 22)) { Reasons = Loopback },
        new("A10s", "the host's own other address, IPv6", run => run.Tcp(Places.Inside6, 22)) { Reasons = Loopback },
        new("A11", "an IPv6 link-local neighbour, with its scope", run => run.Tcp(LinkLocal(Places.LinkLocal6), 443))
        {
            Reasons = Reserved, Watch = [Places.LinkLocal6],
        },
        .. Metadata(),
        .. Private(),
        .. Spellings(),
        new("A15", "limited broadcast", run => Broadcast(run, "255.255.255.255")) { Reasons = [Because.Reserved, Because.SocketOption], Watch = ["255.255.255.255"] },
        new("A16", "the subnet's broadcast address", run => Broadcast(run, Places.DirectedBroadcast))
        {
            Reasons = [Because.NotAllowed, Because.SocketOption], Watch = [Places.DirectedBroadcast],
        },
        new("A17", "multicast: mDNS", run => run.Udp("224.0.0.251", 5353)) { Reasons = Reserved, Watch = ["224.0.0.251"] },
        new("A17s", "multicast: SSDP", run => run.Udp("239.255.255.250", 1900)) { Reasons = Reserved, Watch = ["239.255.255.250"] },
        new("A18", "IPv6 multicast on the link", run => run.Udp(LinkLocal("ff02::fb"), 5353)) { Reasons = Reserved, Watch = ["ff02::fb"] },
        new("A19", "a message in the group of an IGMP join", JoinGroup4) { Reasons = [Because.SocketOption] },
        new("A19s", "a message in the group of an MLD join", JoinGroup6) { Reasons = [Because.SocketOption] },
        new("A20", "port 53 as an excuse, UDP", run => run.Udp(run.Forbidden4, 53)) { AtOnce = false, Reasons = ["MalformedQuery", Because.NameDenied] },
        new("A20t", "port 53 as an excuse, TCP", run => run.Tcp(run.Forbidden4, 53))
        {
            AtOnce = false, NoEvent = "an unfinished query over TCP is dropped with its connection", Reasons = [],
        },
        new("A20n", "port 123 as an excuse", run => run.Udp(run.Forbidden4, 123)),
        new("A20d", "port 67 as an excuse", run => run.Udp(run.Forbidden4, 67)),
    ];

    private static string[] Reserved => [Because.Reserved];

    private static string[] Loopback => [Because.Loopback, Because.NotAllowed];

    private static IEnumerable<Attempt> Metadata() => new (string Suffix, string Address, int Port, string What)[]
    {
        ("", "169.254.169.254", 80, "cloud metadata, IPv4"),
        ("s", "fd00:ec2::254", 80, "cloud metadata, IPv6"),
        ("c", "169.254.170.2", 80, "a container's credentials"),
        ("w", "168.63.129.16", 80, "a cloud's host agent"),
        ("a", "100.100.100.200", 80, "another cloud's metadata"),
        ("m", "::ffff:169.254.169.254", 443, "cloud metadata, IPv4-mapped"),
    }.Select(place => new Attempt($"A12{place.Suffix}", place.What, run => run.Tcp(place.Address, place.Port))
    {
        Reasons = Reserved, Watch = [place.Address],
    });

    private static IEnumerable<Attempt> Private() => new (string Suffix, string Address)[]
    {
        ("", "10.77.0.99"), ("b", "172.16.0.9"), ("c", "192.168.7.9"), ("u", "fc00::9"), ("g", "100.64.0.9"),
    }.Select(place => new Attempt($"A13{place.Suffix}", $"a private neighbour, {place.Address}", run => run.Tcp(place.Address, 443)) { Watch = [place.Address] });

    private static IEnumerable<Attempt> Spellings() => new (string Suffix, string What, Func<IPAddress, string> Write)[]
    {
        ("", "hexadecimal", address => $"0x{Convert.ToHexString(address.GetAddressBytes())}"),
        ("d", "one decimal number", address => $"{System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes())}"),
        ("o", "octal", address => string.Join('.', address.GetAddressBytes().Select(part => $"0{Convert.ToString(part, 8)}"))),
        ("m", "IPv4-mapped", address => $"[::ffff:{address}]"),
    }.Select(spelling => new Attempt(
        $"A14{spelling.Suffix}",
        $"curl, the address written as {spelling.What}",
        run => run.Program("curl", "-sS", "--noproxy", "*", "--max-time", "2", $"http://{spelling.Write(run.Forbidden4)}/{run.TokenText}")) { AtOnce = false });

    private static IPAddress Embed(string prefix, AttemptRun run, int at)
    {
        byte[] bytes = IPAddress.Parse(prefix).GetAddressBytes();
        run.Forbidden4.GetAddressBytes().CopyTo(bytes, at);
        return new IPAddress(bytes);
    }

    private static IPAddress LinkLocal(string address) =>
        new(IPAddress.Parse(address).GetAddressBytes(), Net.InterfaceIndex(Places.InsideLink));

    private static void Broadcast(AttemptRun run, string address)
    {
        int fd = run.Socket(Net.V4, Net.Datagram);
        run.Set(fd, "SO_BROADCAST", Net.SolSocket, Net.Broadcast, 1);
        run.SendTo(fd, IPAddress.Parse(address), 9);
    }

    private static void JoinGroup4(AttemptRun run)
    {
        const int AddMembership = 35;
        int fd = run.Socket(Net.V4, Net.Datagram);
        byte[] group = [239, .. run.Forbidden4.GetAddressBytes()[DropFirst..]];
        run.Set(fd, "IP_ADD_MEMBERSHIP", Net.SolIp, AddMembership, [.. group, .. IPAddress.Parse(Places.Inside4).GetAddressBytes()]);
        Thread.Sleep(100); // the kernel sends the report a tick later
    }

    private static void JoinGroup6(AttemptRun run)
    {
        const int JoinGroup = 20;
        int fd = run.Socket(Net.V6, Net.Datagram);
        byte[] group = IPAddress.Parse("ff0e::").GetAddressBytes();
        run.Forbidden4.GetAddressBytes().CopyTo(group, 12);
        run.Set(fd, "IPV6_JOIN_GROUP", Net.SolV6, JoinGroup, [.. group, .. BitConverter.GetBytes(Net.InterfaceIndex(Places.InsideLink))]);
        Thread.Sleep(100);
    }
}

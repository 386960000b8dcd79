using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>C: below IP, beside IP, and changes to the network itself.</summary>
internal static class LinkAttempts
{
    private const string NoCapability = "the kernel refuses it, for want of a capability";
    private const string KeptFrames = "packet sockets were asked for (--privileged net_raw): no rule judges frames";
    private const ushort IPv4Type = 0x0800;

    public static IEnumerable<Attempt> All =>
    [
        new("C18", "a frame by a packet socket", run => SendFrame(run, Net.Raw, Packet(run))) { Reasons = [Because.SystemCall] },
        new("C18k", "the same, with CAP_NET_RAW kept", run => SendFrame(run, Net.Raw, Packet(run))) { Keeps = ["net_raw"], Reasons = [], NotStopped = KeptFrames },
        new("C19", "a packet by a packet socket that makes the frame", run => SendFrame(run, Net.Datagram, Packet(run)[14..])) { Reasons = [Because.SystemCall] },
        new("C20", "a frame past the queueing discipline", run => SendFrame(run, Net.Raw, Packet(run), bypass: true)) { Reasons = [Because.SystemCall] },
        new("C21", "the old packet socket (AF_INET, SOCK_PACKET)", run =>
        {
            const int OldPacket = 10;
            int fd = run.Socket(Net.V4, OldPacket, 0x0300);
            run.Do("sendto", () => Linux.SendTo(fd, Packet(run), [Net.V4, 0, .. Linux.Text(Places.InsideLink), .. new byte[9]]));
        }) { Reasons = [Because.SystemCall] },
        new("C22", "a frame of a private type", run => SendFrame(run, Net.Raw, PacketBytes.Frame(0x88b5, run.Token))) { Reasons = [Because.SystemCall] },
        new("C23", "a frame with a VLAN tag", run => SendFrame(run, Net.Raw, PacketBytes.Frame(0x8100, [0, 7, 8, 0, .. Packet(run)[14..]]))) { Reasons = [Because.SystemCall] },
        new("C25", "an XDP socket", run =>
        {
            int fd = run.Socket(Net.Xdp, Net.Raw);
            run.Do("setsockopt XDP_UMEM_REG", () => Linux.SetOption(fd, Net.SolXdp, 4, new byte[32]));
        }) { Control = false, Reasons = [Because.SystemCall] },
        new("C26", "a vsock to the hypervisor", run =>
        {
            int fd = run.Socket(Net.Vsock, Net.Stream);
            run.Do("connect", () => Linux.Connect(fd, [Net.Vsock, 0, 0, 0, 1, 4, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]));
        }) { Control = false, Reasons = [Because.SystemCall] },
        .. Families(),
        new("C28", "a tunnel device (TUN)", run =>
        {
            const uint SetInterface = 0x400454ca;
            int fd = run.Own(run.Do("open /dev/net/tun", () => Linux.Open("/dev/net/tun", 2)));
            byte[] request = new byte[40];
            System.Text.Encoding.ASCII.GetBytes("efwtun").CopyTo(request, 0);
            request[16] = 1;
            request[17] = 0x10;
            run.Do("ioctl TUNSETIFF", () => Linux.Control(fd, SetInterface, request));
        }) { Reasons = [Because.SystemCall], Proof = "a device appears" },
        new("C29", "a VXLAN device", run => run.Program("ip", "link", "add", "efwvx", "type", "vxlan", "id", "7", "remote", $"{run.Forbidden4}", "dstport", "4789", "dev", Places.InsideLink))
            { AtOnce = false, Reasons = [], NoEvent = NoCapability, Proof = "a device appears", Undo = "link del efwvx" },
        new("C29i", "an IP-in-IP device", run => run.Program("ip", "link", "add", "efwipip", "type", "ipip", "remote", $"{run.Forbidden4}", "local", Places.Inside4))
            { AtOnce = false, Reasons = [], NoEvent = NoCapability, Proof = "a device appears", Undo = "link del efwipip" },
        new("C34", "another host behind an allowed address: a neighbour entry", run =>
            run.Program("ip", "neigh", "replace", "192.0.2.77", "lladdr", "02:00:00:00:00:77", "dev", Places.InsideLink))
            { AtOnce = false, Reasons = [], NoEvent = NoCapability, Proof = "the entry is there", Undo = $"neigh del 192.0.2.77 dev {Places.InsideLink}" },
        new("C35", "a route that wraps packets", run =>
            run.Program("ip", "route", "add", "198.51.100.88", "encap", "ip", "id", "1", "dst", $"{run.Forbidden4}", "dev", Places.InsideLink))
            { AtOnce = false, Reasons = [], NoEvent = NoCapability, Proof = "the route is there", Undo = "route del 198.51.100.88" },
        new("C36", "a route of one's own to an allowed address", run => run.Program("ip", "route", "add", $"{Places.Allowed4}/32", "via", "192.0.2.77"))
            { AtOnce = false, Reasons = [], NoEvent = NoCapability, Proof = "the route is there", Undo = $"route del {Places.Allowed4}/32" },
    ];

    // Families that some kernels have: each is one more way to send.
    private static IEnumerable<Attempt> Families() => new (string Suffix, string Name, int Family, int Type, int Protocol)[]
    {
        ("", "AF_KEY", 15, Net.Raw, 2), ("r", "AF_RDS", 21, Net.SeqPacket, 0), ("c", "AF_CAN", 29, Net.Raw, 1), ("t", "AF_TIPC", 30, Net.SeqPacket, 0),
        ("b", "AF_BLUETOOTH", 31, Net.Raw, 1), ("a", "AF_ALG", 38, Net.SeqPacket, 0), ("k", "AF_KCM", 41, Net.Datagram, 0), ("s", "AF_SMC", 43, Net.Stream, 0),
        ("n", "AF_NETLINK of sock_diag", Net.Netlink, Net.Raw, 4), ("f", "AF_NETLINK of netfilter", Net.Netlink, Net.Raw, 12),
    }.Select(family => new Attempt($"C27{family.Suffix}", $"a socket of {family.Name}", run => run.Socket(family.Family, family.Type, family.Protocol))
    {
        Reasons = [Because.SystemCall], Proof = "the socket is there",
    });

    private static byte[] Packet(AttemptRun run) =>
        PacketBytes.Frame(IPv4Type, PacketBytes.V4(run.Forbidden4, Net.Udp, PacketBytes.Udp(443, run.Token)));

    private static void SendFrame(AttemptRun run, int type, byte[] frame, bool bypass = false)
    {
        const int QueueBypass = 20;
        int fd = run.Socket(Net.Packet, type, 0x0300);
        if (bypass)
        {
            run.Set(fd, "PACKET_QDISC_BYPASS", Net.SolPacket, QueueBypass, 1);
        }

        byte[] link = Net.LinkAddress(Net.InterfaceIndex(Places.InsideLink), IPv4Type, Places.Hardware(Places.OutsideHardware));
        run.Do("sendto", () => Linux.SendTo(fd, frame, link));
    }
}

using System.Net;
using System.Text;
using EbpfFirewall.Cli.SelfTest.Attempts;
using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Running;

/// <summary>Network, listeners and helpers that attempts are made among.</summary>
internal sealed class Laboratory : IDisposable
{
    private static readonly string[] Services =
    [
        "proxy.sock", "docker.sock", "containerd.sock", "dbus.sock", "user-bus.sock", "systemd.sock", "resolve.sock", "nscd.sock", "agent.sock",
        "dirmngr.sock", "display.sock", "build.sock", "diagnostics.sock", "log.sock", "libvirt.sock", "snapd.sock", "portal.sock", "avahi.sock",
    ];

    private readonly Stack<IDisposable> _owned = [];
    private readonly Deliveries _deliveries = new();

    private Laboratory(string folder)
    {
        Network = Own(TestNetwork.Create());
        File.WriteAllText("/proc/sys/net/ipv4/ping_group_range", "0 2147483647"); // of this namespace alone
        Wire = Own(WireRecorder.Start(Network.Outside));
        Own(Network.Outside.Run(() => EchoServer.Start(Places.OutsidePorts, null)));
        IPEndPoint[] answering = [.. new[] { Places.Allowed4, Places.Allowed6 }.Select(address => new IPEndPoint(IPAddress.Parse(address), Places.AllowedUdpPort))];
        Own(Network.Outside.Run(() => EchoServer.StartDatagrams(answering)));
        Own(NameServer.Start(Network.Outside));
        Own(EchoServer.Start(Places.HostPorts, _deliveries));
        string abstractName = $"efw-selftest-{Environment.ProcessId}";
        Own(EchoServer.StartUnix([.. Services.Select(name => Path.Combine(folder, name)), $"@{abstractName}"], _deliveries));
        Own(new SocketGiver(Path.Combine(folder, "giver.sock")));
        Bystander bystander = Own(Bystander.Start());
        World = new World(
            folder,
            abstractName,
            bystander.ProcessId,
            bystander.Socket,
            Bystander.Peer,
            bystander.Word,
            Environment.ProcessId,
            LeaveOpen(Net.Stream),
            LeaveOpen(Net.Datagram),
            LeaveConnected());
    }

    public TestNetwork Network { get; }

    public WireRecorder Wire { get; }

    public World World { get; }

    public static Laboratory Create()
    {
        string folder = Directory.CreateTempSubdirectory("efw-selftest-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b1_111_111_111);
        return new Laboratory(folder);
    }

    /// <summary>What of an attempt arrived anywhere.</summary>
    public Evidence Collect(Attempt attempt, AttemptOrder order, int from, int to)
    {
        byte[] token = Encoding.ASCII.GetBytes(order.Token);
        byte[] forbidden4 = Places.Forbidden4(order.Number).GetAddressBytes();
        byte[] forbidden6 = Places.Forbidden6(order.Number).GetAddressBytes();
        HashSet<IPAddress> watched = [.. attempt.Watch.Select(IPAddress.Parse).Select(address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)];
        bool IsLeak(Frame frame) =>
            frame.Contains(token)
            || (!attempt.SecretOnly && IsAimed(frame));
        bool IsAimed(Frame frame) =>
            (frame.Destination is { } destination && !destination.Equals(IPAddress.Parse(Places.Marks4))
                && (watched.Contains(destination) || destination.GetAddressBytes().AsSpan().IndexOf(forbidden4) >= 0 || destination.GetAddressBytes().AsSpan().SequenceEqual(forbidden6)))
            || (frame.Protocol is not (6 or 17) && frame.Contains(forbidden4.AsSpan(1)));

        Frame[] leaks = [.. Wire.Between(from, to).Where(IsLeak)];
        (string where, int bytes) = _deliveries.Find(token);
        IEnumerable<string> places = leaks.Select(frame => frame.Destination?.ToString() ?? "a frame").Append(where).Where(place => place.Length > 0);
        return new Evidence(leaks.Length, leaks.Sum(frame => frame.PayloadBytes) + bytes, string.Join(", ", places.Distinct()));
    }

    public void Dispose()
    {
        while (_owned.TryPop(out IDisposable? owned))
        {
            owned.Dispose();
        }

        Directory.Delete(World.Folder, recursive: true);
    }

    // With a number that nothing else gets by chance.
    private static int LeaveOpen(int type)
    {
        const int FirstNumber = 900;
        int fd = (int)Linux.Socket(Net.V4, type);
        int high = (int)Linux.Do(Call.FileControl, fd, 0, FirstNumber);
        Linux.Close(fd);
        return high;
    }

    private static int LeaveConnected()
    {
        int fd = LeaveOpen(Net.Stream);
        Linux.Connect(fd, Net.Address(Bystander.Peer, 443));
        return fd;
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }
}

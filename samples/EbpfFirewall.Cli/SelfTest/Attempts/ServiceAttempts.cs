using System.Net;
using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>D and E: services of this host that would act for whoever asks.</summary>
internal static class ServiceAttempts
{
    public static IEnumerable<Attempt> Escapes =>
    [
        Socket("D19", "the user's service manager", "systemd.sock"),
        Socket("D20", "the system bus", "dbus.sock"),
        Port("D22", "ssh to this host", "127.0.0.1", 22),
        Socket("D25", "a container engine", "docker.sock"),
        Socket("D29", "a container runtime", "containerd.sock"),
        Abstract("D29a", "a container shim at an abstract name"),
        Socket("D31", "a virtual machine manager", "libvirt.sock"),
        Socket("D31s", "a package daemon", "snapd.sock"),
        Port("D32", "a cluster's node agent", "127.0.0.1", 10250),
        Socket("D35", "a desktop portal", "portal.sock"),
        Socket("D37", "a build server that outlives its build", "build.sock"),
        Socket("D38", "a runtime's diagnostics port", "diagnostics.sock"),
    ];

    public static IEnumerable<Attempt> All =>
    [
        Port("E01", "a proxy on loopback", "127.0.0.1", 3128),
        Port("E01s", "a proxy on loopback, IPv6", "::1", 3128),
        Abstract("E02", "a proxy at an abstract unix socket"),
        new("E02d", "a datagram to an abstract unix socket", run => Datagram(run, $"@{run.World.AbstractName}.datagram")) { Reasons = [Because.Unix] },
        Socket("E03", "a proxy at a unix socket", "proxy.sock"),
        new("E03d", "the same, by a path with dots and slashes", run => run.Unix($"{run.World.Folder}//./../{Path.GetFileName(run.World.Folder)}//proxy.sock")) { Reasons = [Because.Unix] },
        new("E03s", "the same, by a symbolic link", run =>
        {
            string link = Path.Combine(run.World.Folder, $"l{run.Number}");
            File.CreateSymbolicLink(link, run.World.Service("proxy.sock"));
            run.Unix(link);
        }) { Reasons = [Because.Unix] },
        new("E03r", "the same, by a relative path", run =>
        {
            string before = Environment.CurrentDirectory;
            Environment.CurrentDirectory = run.World.Folder;
            try
            {
                run.Unix("proxy.sock");
            }
            finally
            {
                Environment.CurrentDirectory = before;
            }
        }) { Reasons = [Because.Unix] },
        new("E03p", "the same, by /proc/self/root", run => run.Unix($"/proc/self/root{run.World.Service("proxy.sock")}")) { Reasons = [Because.Unix] },
        new("E03h", "the same, by a hard link", run =>
        {
            string link = Path.Combine(run.World.Folder, $"h{run.Number}");
            run.Program("ln", run.World.Service("proxy.sock"), link);
            run.Unix(link);
        }) { Reasons = [], NoEvent = "the socket is covered inside, so there is nothing to link to" },
        new("E04", "a datagram unix socket (a log that goes elsewhere)", run => Datagram(run, run.World.Service("log.sock.datagram"))) { Reasons = [Because.Unix] },
        new("E04c", "the same, connected first", run =>
        {
            int fd = run.Socket(Net.Unix, Net.Datagram);
            run.Do("connect unix", () => Linux.Connect(fd, Net.UnixAddress(run.World.Service("log.sock.datagram"))));
            run.Send(fd);
        }) { Reasons = [Because.Unix] },
        new("E05", "a forbidden name asked of the stub resolver", run => Ask(run, "127.0.0.53")) { Control = false, AtOnce = false, Reasons = [Because.NotAllowed] },
        new("E05n", "a forbidden name asked of the name server itself", run => Ask(run, Places.NameServer4)) { AtOnce = false, Reasons = [Because.NotAllowed] },
        new("E05s", "a forbidden name asked of another name server", run => Ask(run, run.Forbidden4.ToString())) { AtOnce = false, Reasons = [Because.NotAllowed] },
        Socket("E06", "a resolver's varlink", "resolve.sock"),
        Socket("E07", "a resolver on the bus", "user-bus.sock"),
        Socket("E08", "a cache of names", "nscd.sock"),
        Socket("E09", "a service finder on the bus", "avahi.sock"),
        Socket("E10", "a fetcher of keys", "dirmngr.sock"),
        Port("E11", "a database as a pivot", "127.0.0.1", 6379),
        Port("E11p", "another database as a pivot", "::1", 5432),
        Port("E12", "the local mail server", "127.0.0.1", 25),
        Port("E12p", "the local print server", "::1", 631),
        Socket("E13", "a signing agent", "agent.sock"),
        new("E15", "a network file system", run => run.Do("mount", () => Linux.Mount($"{run.Forbidden4}:/x", "/mnt", "nfs", 0))) { Control = false, Reasons = [Because.SystemCall] },
        KernelFile("E16", "a kernel helper: core_pattern", "/proc/sys/kernel/core_pattern"),
        KernelFile("E16m", "a kernel helper: modprobe", "/proc/sys/kernel/modprobe"),
        KernelFile("E16u", "a kernel helper: uevent_helper", "/sys/kernel/uevent_helper"),
        KernelFile("E16s", "a setting of the network", "/proc/sys/net/ipv4/ip_forward"),
        Port("E17", "a browser's debug port", "127.0.0.1", 9222),
        Port("E17n", "a runtime's debug port", "::ffff:127.0.0.1", 9229),
        Socket("E18", "the display", "display.sock"),
        new("E19", "the firewall's own proxy, asked directly", AskProxies) { Control = false, AtOnce = false, Reasons = [Because.NotRedirected, Because.Loopback] },
        new("E22", "a file that somebody uploads", run => File.WriteAllBytes(Path.Combine(run.World.Folder, $"shared-{run.Number}"), run.Token))
        {
            Reasons = [], Proof = "the file is there", NotStopped = "files are not this firewall's: another program may send what it reads",
        },
    ];

    private static Attempt Socket(string id, string title, string name) =>
        new(id, title, run => Speak(run, run.World.Service(name))) { Reasons = [Because.Unix] };

    private static Attempt Abstract(string id, string title) =>
        new(id, title, run => Speak(run, $"@{run.World.AbstractName}")) { Reasons = [Because.Unix] };

    private static Attempt Port(string id, string title, string address, int port) =>
        new(id, title, run => run.Tcp(address, port)) { Reasons = [Because.Loopback] };

    private static Attempt KernelFile(string id, string title, string path) => new(id, title, run => run.Own(run.Do("open", () => Linux.Open(path, 1))))
    {
        Reasons = [], NoEvent = "it is read-only inside", Proof = "it can be written",
    };

    private static void Speak(AttemptRun run, string path)
    {
        int fd = run.Unix(path);
        run.Hear(fd);
    }

    private static void Datagram(AttemptRun run, string path)
    {
        int fd = run.Socket(Net.Unix, Net.Datagram);
        run.Do("sendto unix", () => Linux.SendTo(fd, run.Token, Net.UnixAddress(path)));
        Thread.Sleep(20);
    }

    private static void Ask(AttemptRun run, string server)
    {
        int fd = run.Socket(Net.V4, Net.Datagram);
        run.Do("sendto", () => Linux.SendTo(fd, Question.Of($"{run.TokenText}.{Places.ForbiddenName}"), Net.Address(server, 53)));
    }

    // Every datagram listener on loopback that is not one of the known services.
    private static void AskProxies(AttemptRun run)
    {
        int fd = run.Socket(Net.V4, Net.Datagram);
        foreach (int port in Ports().Where(port => !Places.HostPorts.Contains(port)))
        {
            run.Try("sendto", () => Linux.SendTo(fd, Question.Of($"{run.TokenText}.{Places.ForbiddenName}"), Net.Address(IPAddress.Loopback, port)));
        }
    }

    private static IEnumerable<int> Ports() => File.ReadLines("/proc/net/udp").Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
        .Where(local => local.StartsWith("0100007F", StringComparison.Ordinal))
        .Select(local => Convert.ToInt32(local[9..], 16));
}

using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.Versioning;
using EbpfFirewall.TestKit.Commands;
using EbpfFirewall.TestKit.Dns;
using EbpfFirewall.TestKit.Servers;

namespace EbpfFirewall.TestKit.Lab;

/// <summary>
/// Two network namespaces: a client side, in which commands run, and a world of servers (<see cref="World"/>), joined by one link.
/// Nothing else can be reached. Several labs can live side by side; disposing removes everything.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
[SupportedOSPlatform("linux")]
public sealed class LabNetwork : IAsyncDisposable
{
    private static readonly int[] SinkPorts = [22, 853, World.EchoPort, World.OtherEchoPort];
    private static readonly PhysicalAddress ClientMac = PhysicalAddress.Parse("02-00-00-77-00-02");

    private readonly Stack<IAsyncDisposable> _owned = [];

    private LabNetwork(string name)
    {
        Name = name;
        DirectoryPath = Path.Combine(Path.GetTempPath(), name);
    }

    public string Name { get; }

    /// <summary>Scratch directory, readable by everybody, removed with the lab.</summary>
    public string DirectoryPath { get; }

    public NetworkNamespace Client { get; private set; } = null!;

    public NetworkNamespace Outside { get; private set; } = null!;

    /// <summary>Everything that left the client.</summary>
    public PacketRecorder Packets { get; private set; } = null!;

    /// <summary>Everything that the echo servers got.</summary>
    public EchoServers Sinks { get; private set; } = null!;

    public ScriptedDnsServer ScriptedDns { get; private set; } = null!;

    /// <summary>Path of the compiled probe.</summary>
    public string Probe { get; private set; } = null!;

    /// <summary>PEM file with the CA of the HTTPS servers.</summary>
    public string CaBundle { get; private set; } = null!;

    public static async Task<LabNetwork> CreateAsync()
    {
        await LabLeftovers.RemoveAsync();
        LabNetwork lab = new(LabName.Next());
        try
        {
            await lab.StartAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Wraps a command so that it runs on the client side, under the same pid, with a resolv.conf of its own.</summary>
    /// <param name="command">The command.</param>
    /// <param name="resolver">Address of the name server; null: <see cref="World.Resolver"/> over IPv4.</param>
    public Command Enter(Command command, string? resolver = null)
    {
        // Names must go to DNS and nowhere else, whatever this machine's nsswitch.conf says. A test run in the background of a
        // shell ignores signals, and what ignores them from the start (nohup) does so by right: commands begin with a clean slate.
        const string Script =
            "mount --bind \"$1\" /etc/resolv.conf && mount --bind \"$2\" /etc/nsswitch.conf && shift 2 && exec env --default-signal \"$@\"";
        string resolvConf = WriteOnce($"resolv-{resolver ?? World.Resolver.V4}", $"nameserver {resolver ?? World.Resolver.V4}\n");
        string nsswitch = WriteOnce("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        return Client.Enter(command with
        {
            FileName = "unshare",
            Arguments =
            [
                "--mount", "--propagation", "private",
                "sh", "-c", Script, "sh", resolvConf, nsswitch,
                command.FileName, .. command.Arguments,
            ],
        });
    }

    /// <summary>Runs a command on the client side, without any firewall.</summary>
    public Task<CommandResult> RunAsync(Command command, string? resolver = null) =>
        CommandRunner.RunAsync(Enter(command, resolver));

    /// <summary>Opens echo servers on the client side, as processes of the same machine would.</summary>
    public EchoServers StartLocalListeners(params ImmutableArray<IPAddress> addresses)
    {
        IPEndPoint[] endPoints = [.. addresses.Select(address => new IPEndPoint(address, 0))];
        return EchoServers.Start(Client, endPoints, endPoints);
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out IAsyncDisposable? owned))
        {
            await owned.DisposeAsync();
        }

        if (Directory.Exists(DirectoryPath))
        {
            Directory.Delete(DirectoryPath, recursive: true);
        }
    }

    private async Task StartAsync()
    {
        Directory.CreateDirectory(DirectoryPath);
        File.SetUnixFileMode(DirectoryPath, (UnixFileMode)0b111_101_101);
        await LabLinks.EnsureBpfFileSystemAsync();
        Client = Own(await NetworkNamespace.CreateAsync($"{Name}-client"));
        Outside = Own(await NetworkNamespace.CreateAsync($"{Name}-world"));
        await LabLinks.ConnectAsync(Client, Outside, ClientMac);

        CertificateAuthority authority = CertificateAuthority.Create(DirectoryPath);
        CaBundle = authority.BundlePath;
        Task<string> probe = ProbeProgram.CompileAsync(DirectoryPath);
        Task<RunningCommand>[] servers =
        [
            DnsmasqServer.StartAsync(Outside, DirectoryPath, World.Resolver),
            UnboundServer.StartAsync(Outside, DirectoryPath, World.OtherResolver),
            NginxServer.StartAsync(Outside, DirectoryPath, authority),
        ];
        foreach (Task<RunningCommand> server in servers)
        {
            Own(await server);
        }

        Probe = await probe;
        Sinks = Own(EchoServers.Start(Outside, SinkEndPoints(53), SinkEndPoints(53, 443, 80)));
        ScriptedDns = ScriptedDnsServer.Start(Outside, World.ScriptedResolver);
        Packets = PacketRecorder.Start(Outside, Client, ClientMac);
        _owned.Push(new Deferred(ScriptedDns));
        _owned.Push(new Deferred(Packets));
    }

    /// <summary>Every host on the usual ports; port 53 only where no name server is.</summary>
    private static IPEndPoint[] SinkEndPoints(params int[] more) =>
    [
        .. from host in World.Hosts
           from address in new[] { host.V4, host.V6 }
           from port in SinkPorts.Concat(more)
           where port != 53 || host == World.Allowed || host == World.Extra || host == World.Forbidden
           select new IPEndPoint(IPAddress.Parse(address), port),
    ];

    private string WriteOnce(string name, string content)
    {
        string path = Path.Combine(DirectoryPath, name);
        lock (_owned)
        {
            if (!File.Exists(path))
            {
                File.WriteAllText(path, content);
            }
        }

        return path;
    }

    private T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    private sealed class Deferred(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>
/// A client's and a server's namespace, joined by a veth pair. All other addresses lead to the server's side, where datagrams end at the
/// device: nobody receives them.
/// </summary>
internal sealed class NetworkPair : IDisposable
{
    // Among the networks of the policies: looked up as they are, and not at the edge of a tree.
    internal const string ServerAddress = "52.119.40.1";

    private const string ClientAddress = "52.119.40.2";
    private const string ServerMac = "02:00:00:00:00:01";
    private const string ClientMac = "02:00:00:00:00:02";

    // Chosen, so that nobody has to look them up in there.
    private const int ClientDevice = 100;
    private const int ServerDevice = 101;
    private readonly BpfObject _sink;
    private readonly List<string> _made = [];
    private readonly string _serverNamespace;

    /// <param name="name">Of the pair; null for the pair whose client's namespace is our own.</param>
    /// <param name="traffic">traffic.bpf.o.</param>
    internal NetworkPair(string? name, BpfObjectSpec traffic)
    {
        string client = name is null ? BenchNetwork.Own : Make($"{name}-client");
        ClientNamespace = BenchNetwork.PathOf(client);
        string server = Make($"{name ?? "own"}-server");
        _serverNamespace = BenchNetwork.PathOf(server);
        Tool.Run("", "ip", (
            $"link add c0 index {ClientDevice} address {ClientMac} netns {client} type veth "
            + $"peer name s0 index {ServerDevice} address {ServerMac} netns {server}").Split(' '));

        // Neighbours are known, so that nobody waits where a filter stops ARP. The machine's congestion control may be a paced one,
        // which would measure its pace; clients in sandboxes may not choose theirs, routes may.
        Ip(ClientNamespace,
        [
            "link set lo up",
            $"addr add {ClientAddress}/32 dev c0",
            "link set c0 up",
            $"neigh add {ServerAddress} lladdr {ServerMac} dev c0 nud permanent",
            $"route add {ServerAddress} dev c0 congctl cubic",
            $"route add default via {ServerAddress}",
        ]);
        Ip(_serverNamespace,
        [
            "link set lo up",
            $"addr add {ServerAddress}/32 dev s0",
            "link set s0 up",
            $"neigh add {ClientAddress} lladdr {ClientMac} dev s0 nud permanent",
            $"route add {ClientAddress} dev s0 congctl cubic",
        ]);
        Set(ClientNamespace, "ip_local_port_range", "1024 65535");

        // Closed connections that linger would make each connect dearer than the one before.
        Set(_serverNamespace, "tcp_max_tw_buckets", "0");
        BpfObjectSpec spec = traffic.Copy();
        foreach (BpfProgramSpec program in spec.Programs.Values)
        {
            program.AutoLoad = program.Name == "bench_sink";
        }

        _sink = BpfObject.Load(spec);
        AttachToDevice(_serverNamespace, _sink.Programs["bench_sink"], ServerDevice, TrafficDirection.Ingress);
    }

    internal string ClientNamespace { get; }

    /// <summary>Puts a classifier at the client's device, for what it sends.</summary>
    internal void AttachToClient(BpfProgram program) => AttachToDevice(ClientNamespace, program, ClientDevice, TrafficDirection.Egress);

    /// <summary>Starts the server.</summary>
    internal TrafficServer Serve(string program) => new(program, _serverNamespace);

    public void Dispose()
    {
        Ip(ClientNamespace, ["link del c0"]);
        _sink.Dispose();
        foreach (string made in _made)
        {
            BenchNetwork.RemoveNamespace(made);
        }
    }

    private string Make(string name)
    {
        string made = BenchNetwork.CreateNamespace(name);
        _made.Add(made);
        return made;
    }

    private static void AttachToDevice(string path, BpfProgram program, int device, TrafficDirection direction)
    {
        using NetworkNamespace network = NetworkNamespace.Open(path);
        network.Run(() =>
        {
            Classifiers.Prepare(device);
            Classifiers.Set(program, device, direction);
            return true;
        });
    }

    private static void Ip(string path, string[] lines) =>
        Tool.Run(string.Join('\n', lines) + "\n", "nsenter", $"--net={path}", "ip", "-batch", "-");

    private static void Set(string path, string name, string value)
    {
        using NetworkNamespace network = NetworkNamespace.Open(path);
        network.Run(() =>
        {
            File.WriteAllText($"/proc/sys/net/ipv4/{name}", value);
            return true;
        });
    }
}

using System.Globalization;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.DatapathBench;

/// <summary>Networks, server, filters and their clients, all there before anything is measured and until everything has been.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly BenchOptions _options;
    private readonly IReadOnlyList<int> _sizes;
    private readonly BpfObjectSpec _programs;
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly List<int> _processes = [];
    private readonly List<Scenario> _scenarios = [];
    private readonly Destinations _destinations;
    private readonly string _traffic;
    private readonly NetworkPair _network;
    private readonly IEgressFirewall _disabled;

    private Stage(BenchOptions options, IReadOnlyList<int> sizes, IEgressFirewall disabled)
    {
        _options = options;
        _sizes = sizes;
        _disabled = disabled;
        _owned.Push(disabled);
        _traffic = Path.GetFullPath(options.BuiltFile("traffic"));
        _programs = BpfObjectSpec.Parse(File.ReadAllBytes(options.BuiltFile("traffic.bpf.o")), "traffic.bpf.o");
        _destinations = Destinations.Create(sizes.Max());
        _network = Own(new NetworkPair(null, _programs));
    }

    internal IReadOnlyList<Scenario> Scenarios => _scenarios;

    /// <summary>The firewall of the smaller of our policies.</summary>
    internal IEgressFirewall SmallFirewall { get; private set; } = null!;

    /// <summary>Sets everything up, and tries each filter.</summary>
    /// <param name="options">Where the programs are, and somebody else's object.</param>
    /// <param name="kinds">The filters, beside none.</param>
    /// <param name="sizes">Networks that they allow, a filter each; the smallest first.</param>
    internal static async Task<Stage> CreateAsync(BenchOptions options, IReadOnlySet<FilterKind> kinds, params IReadOnlyList<int> sizes)
    {
        Stage stage = new(options, sizes, await new FirewallBuilder().UseMode(PolicyMode.Disabled).StartAsync());
        try
        {
            stage.Serve(stage._network);
            await stage.AddAsync(kinds);
            IEnumerable<string> processes = stage._processes.Select(static pid => pid.ToString(CultureInfo.InvariantCulture));
            Tool.Run("", stage._traffic, ["schedule", RealTimeThread.LastCpu, .. processes]);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>A filter that was asked for, of a size when one is given.</summary>
    internal Scenario Find(FilterKind kind, int networks = 0) =>
        _scenarios.First(scenario => scenario.Kind == kind && (networks == 0 || scenario.Networks == networks));

    public async ValueTask DisposeAsync()
    {
        // Clients end before what they are in, and filters before their networks.
        while (_owned.TryPop(out IAsyncDisposable? owned))
        {
            await owned.DisposeAsync();
        }
    }

    private async Task AddAsync(IReadOnlySet<FilterKind> kinds)
    {
        Scenario none = Add(await InSandboxAsync(_disabled, "no filter", FilterKind.None, 0));
        if (kinds.Contains(FilterKind.Pass))
        {
            BpfProgram program = Load("bench_pass", 1).Programs["bench_pass"];
            Add(await WithProgramAsync("a program that returns 1", FilterKind.Pass, 0, program) with { Unfiltered = none });
        }

        foreach (int networks in _sizes)
        {
            string size = string.Create(CultureInfo.InvariantCulture, $"{networks:N0} networks");
            if (kinds.Contains(FilterKind.Ours))
            {
                IEgressFirewall firewall = Own(await _destinations.Allow(new FirewallBuilder(), networks).StartAsync());
                SmallFirewall ??= firewall;
                Add(await InSandboxAsync(firewall, $"ours, {size}", FilterKind.Ours, networks) with { Unfiltered = none });
            }

            if (kinds.Contains(FilterKind.Trie))
            {
                string name = $"a program with an LPM trie, {size}";
                Add(await WithProgramAsync(name, FilterKind.Trie, networks, LoadTrie(networks)) with { Unfiltered = none });
            }
        }

        if (kinds.Contains(FilterKind.Nft) || kinds.Contains(FilterKind.IpSet))
        {
            AddKernelSets();
        }

        if (kinds.Contains(FilterKind.Foreign) && _options.Foreign is { } foreign)
        {
            Add(await ForeignAsync(Own(ForeignProgram.Load(foreign.File, foreign.Program)), none));
        }
    }

    private void AddKernelSets()
    {
        Scenario outside = Add(InNetwork(_network, "no filter, outside of a sandbox", FilterKind.None, 0));
        foreach (int networks in _sizes)
        {
            string size = string.Create(CultureInfo.InvariantCulture, $"{networks:N0} networks");
            NetworkPair nft = NewPair($"nft{networks}");
            KernelSets.ApplyNft(nft.ClientNamespace, _destinations.Sorted(networks));
            Add(InNetwork(nft, $"an nftables set, {size}", FilterKind.Nft, networks) with { Unfiltered = outside });
            NetworkPair ipset = NewPair($"ipset{networks}");
            KernelSets.ApplyIpSet(ipset.ClientNamespace, _destinations.Sorted(networks));
            Add(InNetwork(ipset, $"an ipset, {size}", FilterKind.IpSet, networks) with { Unfiltered = outside });
        }
    }

    private async Task<Scenario> ForeignAsync(ForeignProgram foreign, Scenario none)
    {
        string name = $"{Path.GetFileName(_options.Foreign!.Value.File)}, {foreign.Program.Name}";
        if (!foreign.IsClassifier)
        {
            return await WithProgramAsync(name, FilterKind.Foreign, 0, foreign.Program) with { Unfiltered = none };
        }

        // Its client is in no sandbox, as those of nftables and ipset are.
        Scenario outside = _scenarios.FirstOrDefault(static scenario => scenario.Kind == FilterKind.None && scenario.CgroupPath is null)
            ?? Add(InNetwork(_network, "no filter, outside of a sandbox", FilterKind.None, 0));
        NetworkPair network = NewPair("foreign");
        network.AttachToClient(foreign.Program);
        return InNetwork(network, name, FilterKind.Foreign, 0) with { Unfiltered = outside, ProgramId = foreign.Program.Id };
    }

    private Scenario Add(Scenario scenario)
    {
        if (scenario.Kind == FilterKind.Foreign)
        {
            scenario = scenario with { StopsTraffic = !scenario.Client.CanConnect() };
        }
        else
        {
            bool isFilter = scenario.Kind is not FilterKind.None and not FilterKind.Pass;
            if (!scenario.Client.MaySendTo(NetworkPair.ServerAddress))
            {
                throw new InvalidOperationException($"{scenario.Name}: it stops what it should let through.");
            }

            if (scenario.Client.MaySendTo(Destinations.Outside) == isFilter)
            {
                throw new InvalidOperationException($"{scenario.Name}: it {(isFilter ? "lets through" : "stops")} what no rule names.");
            }
        }

        _scenarios.Add(scenario);
        return scenario;
    }

    private async Task<Scenario> InSandboxAsync(IEgressFirewall firewall, string name, FilterKind kind, int networks)
    {
        ISandbox sandbox = Own(await firewall.CreateSandboxAsync("bench"));
        TrafficClient client = Own(TrafficClient.Start(sandbox, _traffic, _destinations));
        _processes.Add(client.ProcessId);
        return new Scenario(name, kind, networks, client) { CgroupPath = sandbox.CgroupPath };
    }

    private async Task<Scenario> WithProgramAsync(string name, FilterKind kind, int networks, BpfProgram program)
    {
        Scenario scenario = await InSandboxAsync(_disabled, name, kind, networks);
        using Cgroup cgroup = Cgroup.Open(scenario.CgroupPath!);
        Own(program.AttachToCgroup(cgroup, BpfAttachType.CgroupInetEgress));
        return scenario;
    }

    private Scenario InNetwork(NetworkPair network, string name, FilterKind kind, int networks)
    {
        TrafficClient client = Own(TrafficClient.Start(network.ClientNamespace, _traffic, _destinations));
        _processes.Add(client.ProcessId);
        return new Scenario(name, kind, networks, client);
    }

    private NetworkPair NewPair(string name)
    {
        NetworkPair pair = Own(new NetworkPair(name, _programs));
        Serve(pair);
        return pair;
    }

    private void Serve(NetworkPair pair) => _processes.AddRange(Own(pair.Serve(_traffic)).Roles);

    private BpfProgram LoadTrie(int networks)
    {
        (uint Address, int Length)[] sorted = _destinations.Sorted(networks);
        BpfObject loaded = Load("bench_lpm", (uint)sorted.Length);
        loaded.Maps["bench_allowed"].As<ulong, uint>().SetMany([.. sorted.Select(LookUpObject.TrieKey)], new uint[sorted.Length]);
        return loaded.Programs["bench_lpm"];
    }

    private BpfObject Load(string program, uint networks)
    {
        BpfObjectSpec spec = _programs.Copy();
        spec.Maps["bench_allowed"].MaxEntries = networks;
        foreach (BpfProgramSpec other in spec.Programs.Values)
        {
            other.AutoLoad = other.Name == program;
        }

        return Own(BpfObject.Load(spec));
    }

    private T Own<T>(T owned)
    {
        _owned.Push(owned as IAsyncDisposable ?? new Owned((IDisposable)(object)owned!));
        return owned;
    }
}

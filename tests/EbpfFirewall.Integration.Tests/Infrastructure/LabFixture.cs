using System.Collections.Immutable;

namespace EbpfFirewall.Integration.Tests.Infrastructure;

/// <summary>The lab of the suite, and the product in it.</summary>
public sealed class LabFixture : IAsyncLifetime
{
    private LabNetwork? _network;
    private int _lastLog;

    public LabNetwork Network => _network ?? throw new InvalidOperationException("The lab has not been started.");

    public async Task InitializeAsync()
    {
        if (KernelRequirement.ReasonToSkip is null)
        {
            _network = await LabNetwork.CreateAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (_network is not null)
        {
            await _network.DisposeAsync();
        }
    }

    /// <summary>A probe attempt as a command.</summary>
    public Command Probe(AddressKind kind, params ImmutableArray<string> attempt) =>
        new(Network.Probe, [Flag(kind), .. attempt]);

    /// <summary>Runs a probe attempt on the client side without the firewall.</summary>
    public async Task<ProbeReport> ProbeOpenlyAsync(AddressKind kind, params ImmutableArray<string> attempt) =>
        ProbeReport.Parse(await Network.RunAsync(Prepare(Probe(kind, attempt))));

    /// <summary>Runs a command on the client side without the firewall, in the environment it would have behind it.</summary>
    public Task<CommandResult> RunOpenlyAsync(string fileName, params ImmutableArray<string> arguments) =>
        Network.RunAsync(Prepare(new Command(fileName, arguments)));

    /// <summary>Runs a command behind the firewall and waits for it.</summary>
    public async Task<FirewalledRun> RunAsync(ImmutableArray<string> options, Command command, string? resolver = null)
    {
        await using FirewalledCommand started = Start(options, command, resolver);
        return await started.WaitAsync();
    }

    /// <inheritdoc cref="RunAsync(ImmutableArray{string}, Command, string?)"/>
    public Task<FirewalledRun> RunAsync(ImmutableArray<string> options, string fileName, params ImmutableArray<string> arguments) =>
        RunAsync(options, new Command(fileName, arguments));

    /// <summary>Runs a shell script behind the firewall; the probe's path is in $PROBE.</summary>
    public Task<FirewalledRun> RunScriptAsync(ImmutableArray<string> options, string script) =>
        RunAsync(options, new Command("sh", "-c", script));

    /// <summary>Runs a probe attempt behind the firewall.</summary>
    public async Task<ProbeReport> ProbeAsync(ImmutableArray<string> options, AddressKind kind, params ImmutableArray<string> attempt) =>
        ProbeReport.Parse((await RunAsync(options, Probe(kind, attempt))).Result);

    /// <summary>Runs several probe attempts one after the other in one sandbox.</summary>
    public async Task<ProbeReport[]> ProbeAsync(ImmutableArray<string> options, AddressKind kind, ImmutableArray<string>[] attempts)
    {
        const string Separator = "=====";
        string script = string.Join('\n', attempts.Select(attempt =>
            $"$PROBE {Flag(kind)} {string.Join(' ', attempt)}; echo \"exit $?\"; echo {Separator}"));
        FirewalledRun run = await RunScriptAsync(options, script);
        string[] parts = run.Result.Output.Split(Separator + "\n", StringSplitOptions.RemoveEmptyEntries);
        parts.Should().HaveCount(attempts.Length, "{0}", run);
        return [.. parts.Select(part => ProbeReport.Parse(run.Result with
        {
            Output = part,
            ExitCode = part.EndsWith("exit 0\n", StringComparison.Ordinal) ? 0 : 1,
        }))];
    }

    /// <summary>Starts a command behind the firewall.</summary>
    public FirewalledCommand Start(ImmutableArray<string> options, Command command, string? resolver = null)
    {
        string log = Path.Combine(Network.DirectoryPath, $"decisions-{Interlocked.Increment(ref _lastLog)}.json");
        Command efw = command with
        {
            FileName = FirewallCli.Path,
            Arguments = ["run", .. options, "--log-file", log, "--", command.FileName, .. command.Arguments],
        };
        return new FirewalledCommand(RunningCommand.Start(Network.Enter(Prepare(efw), resolver)), log);
    }

    /// <summary>Runs efw itself with the given arguments.</summary>
    public Task<CommandResult> RunCliAsync(params ImmutableArray<string> arguments) =>
        RunCliAsync(new Command(FirewallCli.Path, arguments));

    /// <inheritdoc cref="RunCliAsync(ImmutableArray{string})"/>
    public Task<CommandResult> RunCliAsync(Command command) => Network.RunAsync(Prepare(command));

    /// <summary>Starts to watch what leaves the client and what arrives in the world.</summary>
    public async Task<Watch> WatchAsync() =>
        new(Network, await Network.Packets.MarkAsync(), Network.Sinks.Count);

    private static string Flag(AddressKind kind) => kind switch
    {
        AddressKind.IPv4 => "-4",
        AddressKind.IPv6 => "-6",
        _ => "-m",
    };

    /// <summary>The environment of all commands: the lab's CA, no proxies, no trace of the sudo that may have started the tests.</summary>
    private Command Prepare(Command command)
    {
        ImmutableDictionary<string, string?> environment = new Dictionary<string, string?>
        {
            ["SSL_CERT_FILE"] = Network.CaBundle,
            ["SSL_CERT_DIR"] = null,
            ["CURL_CA_BUNDLE"] = Network.CaBundle,
            ["PROBE"] = Network.Probe,
            ["SUDO_UID"] = null,
            ["SUDO_GID"] = null,
            ["SUDO_USER"] = null,
            ["SUDO_COMMAND"] = null,
            ["http_proxy"] = null,
            ["https_proxy"] = null,
            ["HTTP_PROXY"] = null,
            ["HTTPS_PROXY"] = null,
            ["ALL_PROXY"] = null,
            ["all_proxy"] = null,
        }.ToImmutableDictionary();
        return command with { Environment = environment.SetItems(command.Environment) };
    }
}

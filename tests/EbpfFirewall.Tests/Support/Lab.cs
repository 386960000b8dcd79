using System.Collections.Concurrent;
using System.Diagnostics;
using EbpfFirewall.Decisions;

namespace EbpfFirewall.Tests.Support;

/// <summary>A firewall with one sandbox, and everything that was decided in it.</summary>
internal sealed class Lab : IAsyncDisposable
{
    private readonly ConcurrentQueue<DecisionEvent> _decisions;

    private Lab(IEgressFirewall firewall, ISandbox sandbox, ConcurrentQueue<DecisionEvent> decisions)
    {
        Firewall = firewall;
        Sandbox = sandbox;
        _decisions = decisions;
    }

    internal IEgressFirewall Firewall { get; }

    internal ISandbox Sandbox { get; }

    /// <summary>Commands run as we do, whoever called sudo.</summary>
    internal static SandboxOptions AsOurselves { get; } = new() { UseSudoUser = false };

    internal static async Task<Lab> StartAsync(Action<FirewallBuilder> configure)
    {
        var decisions = new ConcurrentQueue<DecisionEvent>();
        FirewallBuilder builder = new FirewallBuilder().OnDecision(decisions.Enqueue);
        configure(builder);
        IEgressFirewall firewall = await builder.StartAsync();
        return new Lab(firewall, await firewall.CreateSandboxAsync("lab", AsOurselves), decisions);
    }

    internal Task<Output> RunAsync(string program, params string[] arguments) => Output.OfAsync(Sandbox, new ProcessStartInfo(program, arguments));

    /// <summary>Takes steps on the network (Probes/net.py) in the sandbox; returns what came of each.</summary>
    internal Task<string[]> ProbeAsync(params string[] steps) => Probe.RunAsync(Sandbox, steps);

    /// <summary>Ends the sandbox, and with it what was still to be told; returns all of it.</summary>
    internal async Task<DecisionEvent[]> EndAsync()
    {
        await Sandbox.DisposeAsync();
        return [.. _decisions];
    }

    public ValueTask DisposeAsync() => Firewall.DisposeAsync();
}

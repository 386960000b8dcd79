using System.Diagnostics;
using System.Net;
using EbpfFirewall.Cli.SelfTest.Attempts;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Running;

/// <summary>What a scenario plays with: firewalls, sandboxes and commands of its own, which end with it.</summary>
internal sealed class Stage(Laboratory lab, AttemptOrder order) : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = [];

    public int Number => order.Number;

    public string Token => order.Token;

    public World World => lab.World;

    public IPAddress Forbidden4 => Places.Forbidden4(order.Number);

    /// <summary>What is shown as the answer.</summary>
    public string Answer { get; set; } = "";

    /// <summary>What its firewalls told.</summary>
    public EventLog Events { get; } = new();

    /// <summary>Ends the scenario as failed.</summary>
    public static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new ScenarioFailedException(what);
        }
    }

    public async Task<IEgressFirewall> StartAsync(Action<FirewallBuilder> configure)
    {
        FirewallBuilder builder = new FirewallBuilder().UseDnsUpstream(new IPEndPoint(IPAddress.Parse(Places.NameServer4), 53)).OnDecision(Events.Add);
        configure(builder);
        IEgressFirewall firewall = await builder.StartAsync();
        _owned.Push(firewall);
        return firewall;
    }

    /// <summary>A process that makes attempts in a sandbox.</summary>
    public AttemptClient In(ISandbox sandbox) => Own(new AttemptClient(sandbox.Start));

    /// <summary>A process that makes attempts, as the descendant of a command of another efw.</summary>
    /// <param name="script">A shell script, whose arguments are the process.</param>
    public AttemptClient Behind(string script) => Own(new AttemptClient(startInfo => Process.Start(Silent(OwnProgram.Command(
    [
        "run", "--allow", $"tcp://{Places.Allowed4}:{Places.AllowedPort}", "--allow", $"tcp://{Places.AllowedName}:{Places.AllowedNamePort}",
        "--dns-upstream", Places.NameServer4, "--", "sh", "-c", script, "sh", startInfo.FileName, .. startInfo.ArgumentList,
    ])))!));

    /// <summary>Has another attempt's deed done, with this scenario's addresses and secret.</summary>
    public Task<AttemptReport> MakeAsync(AttemptClient client, string id) => client.MakeAsync(order with { Id = id }, alone: false);

    /// <summary>Has it done, and must see it refused.</summary>
    public async Task<AttemptReport> RefusedAsync(AttemptClient client, string id)
    {
        AttemptReport report = await MakeAsync(client, id);
        Require(report.Refused is not null, $"{id} was not refused: {report.Note}");
        Answer = $"{report.Refused!.Name}: {Interop.Errno.Name(report.Refused.Error)}";
        return report;
    }

    /// <summary>Has it done, and must see it work.</summary>
    public async Task WorksAsync(AttemptClient client, string id)
    {
        AttemptReport report = await MakeAsync(client, id);
        Require(report.Completed, $"{id} does not work: {report.Refused?.Name} {Interop.Errno.Name(report.Refused?.Error ?? 0)} {report.Note}");
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out IAsyncDisposable? owned))
        {
            await owned.DisposeAsync();
        }
    }

    // What it says of its decisions is not asked for here.
    private static ProcessStartInfo Silent(ProcessStartInfo startInfo)
    {
        string[] command = [startInfo.FileName, .. startInfo.ArgumentList];
        startInfo.FileName = "sh";
        startInfo.ArgumentList.Clear();
        foreach (string argument in (string[])["-c", "exec \"$@\" 2> /dev/null", "sh", .. command])
        {
            startInfo.ArgumentList.Add(argument);
        }

        return startInfo;
    }

    private AttemptClient Own(AttemptClient client)
    {
        _owned.Push(new Closing(client));
        return client;
    }

    private sealed class Closing(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

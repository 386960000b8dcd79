using System.Diagnostics;
using System.Net;
using EbpfFirewall.Cli.SelfTest.Attempts;
using EbpfFirewall.Cli.SelfTest.Lab;
using EbpfFirewall.Cli.SelfTest.Report;
using EbpfFirewall.Decisions;

namespace EbpfFirewall.Cli.SelfTest.Running;

/// <summary>Makes attempts one after the other: first without a firewall, then in a sandbox, and looks at what arrived and what was told.</summary>
internal sealed class Suite : IAsyncDisposable
{
    private const int ControlNumbers = 10_000;
    private static readonly TimeSpan EventPatience = TimeSpan.FromSeconds(1);
    private readonly Laboratory _lab;
    private readonly EventLog _events = new();
    private readonly AttemptClient _outside = new(startInfo => Process.Start(startInfo)!);
    private readonly Dictionary<string, (ISandbox Sandbox, AttemptClient Client)> _inside = [];
    private readonly string _run = Guid.NewGuid().ToString("n")[..8];
    private IEgressFirewall? _firewall;
    private int _next;

    public Suite(Laboratory lab) => _lab = lab;

    public async Task StartAsync(CancellationToken cancellationToken) => _firewall = await new FirewallBuilder()
        .Allow(
            $"tcp://{Places.Allowed4}:{Places.AllowedPort}",
            $"udp://{Places.Allowed4}:{Places.AllowedUdpPort}",
            $"tcp://[{Places.Allowed6}]:{Places.AllowedPort}",
            $"udp://[{Places.Allowed6}]:{Places.AllowedUdpPort}",
            $"tcp://{Places.AllowedName}:{Places.AllowedPort}")
        .UseDnsUpstream(new IPEndPoint(IPAddress.Parse(Places.NameServer4), 53))
        .OnDecision(_events.Add)
        .StartAsync(cancellationToken);

    public async Task<AttemptResult> MakeAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        int number = ++_next;
        if (attempt.Control)
        {
            (AttemptReport control, Evidence seen) = await TryAsync(attempt, _outside, number + ControlNumbers, confined: false, attempt.Alone);
            if (!Judge.Reached(attempt, control, seen))
            {
                return Judge.NotPossible(attempt, control);
            }

            if (attempt.Undo is { } undo)
            {
                TestNetwork.Configure(undo);
            }
        }

        AttemptClient client = await ClientAsync(attempt, cancellationToken);
        int before = _events.Count;
        (AttemptReport report, Evidence evidence) = await TryAsync(attempt, client, number, confined: true, attempt.NeedsOwnProcess);
        bool asksForEvent = !attempt.IsLegitimate && attempt is { NoEvent: null, NotStopped: null };
        DecisionEvent? told = asksForEvent
            ? await _events.FindAsync(before, decision => Tells(decision, attempt, report, client.ProcessId), EventPatience)
            : null;
        AttemptResult result = Judge.Confined(attempt, report, evidence, told, told?.Process.ProcessId == client.ProcessId ? client.CommandLine : "");
        return result.Result != "NO EVENT" ? result : result with
        {
            Detail = $"{result.Detail}; told: {string.Join(", ", _events.Since(before).Select(decision => $"{decision.Reason} at {decision.Stage} for {decision.Destination} by {decision.Process.ProcessId}"))}",
        };
    }

    public async ValueTask DisposeAsync()
    {
        _outside.Dispose();
        foreach ((ISandbox sandbox, AttemptClient client) in _inside.Values)
        {
            client.Dispose();
            await sandbox.DisposeAsync();
        }

        if (_firewall is not null)
        {
            await _firewall.DisposeAsync();
        }
    }

    private static bool Tells(DecisionEvent decision, Attempt attempt, AttemptReport report, int process) =>
        decision.Blocked
        && attempt.Reasons.Any(reason => reason == decision.Reason.ToString() || reason == $"stage:{decision.Stage}")
        && (decision.Process.ProcessId == process || report.Processes.Contains(decision.Process.ProcessId));

    private async Task<(AttemptReport Report, Evidence Evidence)> TryAsync(Attempt attempt, AttemptClient client, int number, bool confined, bool alone)
    {
        var order = new AttemptOrder(attempt.Id, number, $"EFW-SECRET-{_run}-{number:d5}", confined, _lab.World);
        using var over = new CancellationTokenSource();
        int from = _lab.Wire.Position();
        Task companion = attempt.Meanwhile is { } meanwhile
            ? Task.Run(() => meanwhile(new Companion(_lab.Network.Outside, number, over.Token)))
            : Task.CompletedTask;
        AttemptReport report = await client.MakeAsync(order, alone);
        await over.CancelAsync();
        await companion;
        return (report, _lab.Collect(attempt, order, from, _lab.Wire.Position()));
    }

    private async Task<AttemptClient> ClientAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        string kept = string.Join(',', attempt.Keeps);
        if (!_inside.TryGetValue(kept, out (ISandbox Sandbox, AttemptClient Client) place))
        {
            ISandbox sandbox = await _firewall!.CreateSandboxAsync(
                kept.Length == 0 ? "selftest" : $"selftest {kept}",
                new SandboxOptions { Privileges = [.. attempt.Keeps.Select(SandboxPrivilege.Get)] },
                cancellationToken);
            place = (sandbox, new AttemptClient(sandbox.Start));
            _inside.Add(kept, place);
        }

        return place.Client;
    }
}

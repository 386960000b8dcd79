using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Cli.SelfTest.Lab;
using EbpfFirewall.Cli.SelfTest.Running;
using EbpfFirewall.Decisions;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>H and P: what happens to the firewall from outside, played with firewalls of the scenario's own.</summary>
internal static class Scenarios
{
    private const int Kill = 9;
    private const int Stop = 19;
    private const int Continue = 18;

    // The command's child keeps our pipes, and outlives the command.
    private const string Orphan = "exec 3<&0; \"$@\" <&3 & exec 3<&-; wait";

    public static IEnumerable<Attempt> All =>
    [
        Play("H01", "the firewall is killed, a process of the command lives on", async stage =>
        {
            AttemptClient client = stage.Behind(Orphan);
            await stage.WorksAsync(client, "P01");
            LinuxProcess.Signal(client.ProcessId, Kill);
            await client.EndedAsync();
            await stage.RefusedAsync(client, "A01");
            await stage.MakeAsync(client, "E05n");
            await stage.RefusedAsync(client, "D14n");
            await stage.WorksAsync(client, "P01");
        }),
        Play("H02", "the firewall is stopped, its command goes on", async stage =>
        {
            AttemptClient client = stage.Behind("exec \"$@\"");
            await stage.WorksAsync(client, "P01");
            LinuxProcess.Signal(client.ProcessId, Stop);
            try
            {
                await stage.RefusedAsync(client, "A01");
                await stage.MakeAsync(client, "E05n");
                await stage.WorksAsync(client, "P01");
            }
            finally
            {
                LinuxProcess.Signal(client.ProcessId, Continue);
            }
        }),
        Play("H14", "an allow-list without a rule", async stage =>
        {
            IEgressFirewall firewall = await stage.StartAsync(builder => builder.UseMode(PolicyMode.AllowList));
            AttemptClient client = stage.In(await firewall.CreateSandboxAsync("empty"));
            await stage.RefusedAsync(client, "A01");
            await stage.RefusedAsync(client, "P01");
        }),
        Play("H15", "a policy that cannot be read", async stage =>
        {
            try
            {
                await stage.StartAsync(builder => builder.Allow("10.1.2.3/8", "a..b"));
                Stage.Require(false, "the firewall started");
            }
            catch (PolicyValidationException error)
            {
                stage.Answer = error.Code;
            }
        }),
        Play("H16", "policies that are replaced all the time", async stage =>
        {
            IEgressFirewall firewall = await stage.StartAsync(builder => builder.Allow($"udp://{Places.Allowed4}:{Places.AllowedUdpPort}"));
            AttemptClient client = stage.In(await firewall.CreateSandboxAsync("swaps"));
            using var over = new CancellationTokenSource();
            Task swapping = SwapAsync(firewall, over.Token);
            for (int i = 0; i < 15; i++)
            {
                await stage.RefusedAsync(client, "B02");
                await stage.WorksAsync(client, "P17");
            }

            await over.CancelAsync();
            await swapping;
        }),
        Play("H17", "a connection whose destination is allowed no more", async stage =>
        {
            IEgressFirewall firewall = await stage.StartAsync(builder => builder.Allow($"tcp://{Places.Allowed4}:{Places.AllowedPort}"));
            AttemptClient client = stage.In(await firewall.CreateSandboxAsync("revoked"));
            Task<AttemptReport> streaming = stage.MakeAsync(client, "H17s");
            await Task.Delay(300);
            long start = Stopwatch.GetTimestamp();
            await firewall.ApplyAsync(new FirewallPolicyBuilder().Allow("192.0.2.200").Build());
            AttemptReport report = await streaming;
            Stage.Require(report.Refused is not null, "it went on");
            Stage.Require(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1.5), "it took more than a second");
            stage.Answer = $"send: {Interop.Errno.Name(report.Refused!.Error)}";
        }) with { SecretOnly = true },
        Play("H19", "a program that sends with its first instruction", async stage =>
        {
            string path = Path.Combine(stage.World.Folder, $"first-{stage.Number}");
            await File.WriteAllBytesAsync(path, SmallProgram.SendDatagram(stage.Forbidden4, 443, stage.Token));
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
            IEgressFirewall firewall = await stage.StartAsync(builder => builder.Allow("192.0.2.200"));
            ISandbox sandbox = await firewall.CreateSandboxAsync("first");
            for (int i = 0; i < 5; i++)
            {
                int answer = await sandbox.RunAsync(new ProcessStartInfo(path));
                Stage.Require(answer == Interop.Errno.EPERM, $"it ended with {answer}");
            }

            stage.Answer = "sendto: EPERM";
        }),
        Play("H20", "a command line that writes into logs", async stage =>
        {
            IEgressFirewall firewall = await stage.StartAsync(builder => builder.Allow("192.0.2.200"));
            ISandbox sandbox = await firewall.CreateSandboxAsync("log");
            string hostile = "\n::set-output name=x::y\r\u001b[31m\"}{\u202e";
            await sandbox.RunAsync(new ProcessStartInfo("curl", ["-s", "--noproxy", "*", "-A", hostile, "--max-time", "1", $"http://{stage.Forbidden4}/"]));
            DecisionEvent? told = await stage.Events.FindAsync(0, decision => decision.Process.Arguments.Contains(hostile), TimeSpan.FromSeconds(1));
            Stage.Require(told is not null, "nothing told of it");
            string text = DecisionText.Format(told!) + DecisionJson.Format(told!);
            Stage.Require(!text.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format), "control characters came through");
            stage.Answer = "escaped";
        }),
        Play("H28", "a daemon that the command leaves behind", async stage =>
        {
            IEgressFirewall firewall = await stage.StartAsync(builder => builder.Allow("192.0.2.200"));
            ISandbox sandbox = await firewall.CreateSandboxAsync("daemon");
            var startInfo = new ProcessStartInfo("sh", ["-c", "setsid sleep 100 > /dev/null & echo $!"]) { RedirectStandardOutput = true };
            using Process process = sandbox.Start(startInfo);
            string left = (await process.StandardOutput.ReadLineAsync())!;
            Stage.Require(IsRunning(left), "it never was");
            await sandbox.DisposeAsync();
            Stage.Require(!IsRunning(left), "it is still there");
            stage.Answer = "ended with the sandbox";
        }),
        Play("H30", "many processes that are gone at once, each told of by name", async stage =>
        {
            const int Many = 20;
            IEgressFirewall firewall = await stage.StartAsync(builder => builder.Allow("192.0.2.200"));
            ISandbox sandbox = await firewall.CreateSandboxAsync("crowd");
            string script = $"for i in $(seq {Many}); do curl -s --noproxy '*' --max-time 1 http://{stage.Forbidden4}/number-$i- & done; wait";
            await sandbox.RunAsync(new ProcessStartInfo("sh", ["-c", script]));
            await sandbox.DisposeAsync();
            int named = Enumerable.Range(1, Many).Count(i => stage.Events.Since(0).Any(decision => decision.Process.CommandLine.Contains($"number-{i}-", StringComparison.Ordinal)));
            Stage.Require(named == Many, $"{named} of {Many} are named");
            stage.Answer = $"{named} of {Many} named";
        }),
        Play("P23", "sandboxes made and ended, one after the other", async stage =>
        {
            IEgressFirewall firewall = await stage.StartAsync(builder => builder.Allow("192.0.2.200"));
            for (int i = 0; i < 10; i++)
            {
                await using ISandbox sandbox = await firewall.CreateSandboxAsync("many");
                Stage.Require(await sandbox.RunAsync(new ProcessStartInfo("true")) == 0, "the command failed");
            }
        }),
    ];

    private static Attempt Play(string id, string title, Func<Stage, Task> play) => new(id, title, static _ => { })
    {
        Scenario = play, Control = false, AtOnce = false, Reasons = [], NoEvent = "",
    };

    // A corpse that nobody has buried yet has no command line.
    private static bool IsRunning(string processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline").Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task SwapAsync(IEgressFirewall firewall, CancellationToken over)
    {
        FirewallPolicy[] policies =
        [
            .. new[] { "192.0.2.201", "192.0.2.202" }.Select(other =>
                new FirewallPolicyBuilder().Allow($"udp://{Places.Allowed4}:{Places.AllowedUdpPort}").Allow(other).Build()),
        ];
        for (int i = 0; !over.IsCancellationRequested; i++)
        {
            await firewall.ApplyAsync(policies[i % 2], CancellationToken.None);
        }
    }
}

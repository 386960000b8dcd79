using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Native;
using EbpfFirewall.Sandboxes;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Sandboxes;

/// <summary>What stays when efw is killed -9, and how it goes.</summary>
[Collection(nameof(AloneCollection))]
public sealed class LeftoverTests
{
    // The command itself dies with efw; what it started in a session of its own does not.
    private const string Survivor = "exec 3<&0; setsid \"$@\" <&3 & wait";

    private const int Continue = 18;
    private const int Stop = 19;

    [KernelFact]
    public async Task A_dead_host_leaves_its_policy_in_force_until_it_is_cleaned_up()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        using Process efw = StartEfw($"127.0.0.5:{peer.Port}");
        int survivor = int.Parse((await efw.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        string cgroup = Cgroup2.FindMount() + Cgroup2.FindPathOf(survivor);
        string id = Path.GetFileName(cgroup);
        string pins = Path.Combine(BpfFileSystem.Find()!, "efw", id);
        string[] steps = ["tcp 4 192.0.2.99 80", $"tcp 4 127.0.0.1 {peer.Port}", $"tcp 4 127.0.0.5 {peer.Port}"];
        string[] verdicts = ["EPERM", "EPERM", "ok"];
        (await AskAsync(efw, steps)).Should().Equal(verdicts);

        LinuxProcess.Signal(efw.Id, 9);
        SpinWait.SpinUntil(() => ProcessStat.StartTicks(efw.Id) is null, TimeSpan.FromSeconds(30)).Should().BeTrue();

        (await AskAsync(efw, steps)).Should().Equal(verdicts);
        CleanupResult careful = SandboxCleanup.RemoveLeftovers(endProcesses: false);
        careful.Removed.Should().NotContain(id);
        careful.Failed.Select(failure => failure.Item1).Should().NotContain(id);
        (await AskAsync(efw, steps)).Should().Equal(verdicts, "a sandbox with processes keeps its policy");

        SandboxCleanup.RemoveLeftovers(endProcesses: true).Removed.Should().Contain(id);

        SpinWait.SpinUntil(() => ProcessStat.StartTicks(survivor) is null, TimeSpan.FromSeconds(5)).Should().BeTrue();
        Directory.Exists(cgroup).Should().BeFalse();
        Directory.Exists(pins).Should().BeFalse();
    }

    [KernelFact]
    public async Task Without_its_host_a_sandbox_has_no_names_keeps_what_rules_allow_and_loses_what_names_had_opened()
    {
        using LocalAddress named = new(131);
        using Peer peer = Peer.Open("0.0.0.0");
        using NameServer names = new(named.Address, ttlSeconds: 5);
        using Process efw = StartEfw($"127.0.0.5:{peer.Port}", "--allow", "a.test", "--dns-upstream", $"{names.EndPoint}");
        int survivor = int.Parse((await efw.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        (await AskAsync(efw, $"hold tcp 4 a.test {peer.Port}", $"tcp 4 {named.Address} {peer.Port}")).Should().Equal("ok", "ok");

        LinuxProcess.Signal(efw.Id, 9);
        await efw.WaitForExitAsync(); // with all of its threads, and so its sockets

        string[] answers = await AskAsync(
            efw, "ask 4 192.0.2.53 53", "tcp 4 192.0.2.53 53", $"tcp 4 127.0.0.5 {peer.Port}", $"tcp 4 127.0.0.1 {peer.Port}", "own-tcp 4 127.0.0.1 127.0.0.1", "sendto 4 192.0.2.99 80");
        answers.Should().Equal("ECONNREFUSED", "ECONNREFUSED", "ok", "EPERM", "ok", "EPERM");
        (await AskAsync(efw, "use", $"tcp 4 {named.Address} {peer.Port}")).Should().Equal("ok", "ok");
        if (FullRun.IsAsked)
        {
            // A grant lasts a minute at least.
            SpinWait.SpinUntil(() => AskAsync(efw, $"sendto 4 {named.Address} {peer.Port}").Result[0] == "EPERM", TimeSpan.FromSeconds(90))
                .Should().BeTrue("the lease ends by itself");
            (await AskAsync(efw, "use", $"tcp 4 {named.Address} {peer.Port}")).Should().Equal(["ok", "EPERM"], "the connection goes on, a new one is not made");
        }

        SandboxCleanup.RemoveLeftovers(endProcesses: true);
        SpinWait.SpinUntil(() => ProcessStat.StartTicks(survivor) is null, TimeSpan.FromSeconds(5)).Should().BeTrue();
    }

    [KernelFact]
    public async Task While_its_host_is_stopped_the_policy_stands_and_afterwards_everything_goes_on_and_is_told()
    {
        using LocalAddress named = new(132);
        using Peer peer = Peer.Open("0.0.0.0");
        using NameServer names = new(named.Address);
        string log = Path.GetTempFileName();
        using Process efw = StartEfw(
            $"127.0.0.5:{peer.Port}", "--allow", "*.test", "--dns-upstream", $"{names.EndPoint}", "--log-file", log);
        await efw.StandardOutput.ReadLineAsync();
        (await AskAsync(efw, $"hold tcp 4 a.test {peer.Port}")).Should().Equal("ok");

        LinuxProcess.Signal(efw.Id, Stop);
        try
        {
            SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{efw.Id}/stat").Contains(") T ", StringComparison.Ordinal), TimeSpan.FromSeconds(30)).Should().BeTrue();
            string[] answers = await AskAsync(
                efw, "tcp 4 192.0.2.77 80", $"tcp 4 127.0.0.5 {peer.Port}", $"tcp 4 127.0.0.1 {peer.Port}", "own-tcp 4 127.0.0.1 127.0.0.1", $"tcp 4 {named.Address} {peer.Port}", "use");
            answers.Should().Equal("EPERM", "ok", "EPERM", "ok", "ok", "ok");
            Task<string[]> waiting = AskAsync(efw, $"hold tcp 4 b.test {peer.Port}");
            waiting.Wait(TimeSpan.FromMilliseconds(500)).Should().BeFalse("nobody answers the query");

            LinuxProcess.Signal(efw.Id, Continue);

            (await waiting).Should().Equal("ok");
            (await AskAsync(efw, $"hold tcp 4 c.test {peer.Port}")).Should().Equal("ok");
            efw.StandardInput.Close();
            await efw.WaitForExitAsync();
            (await File.ReadAllTextAsync(log)).Should().Contain("192.0.2.77", "what was denied meanwhile is told");
        }
        finally
        {
            LinuxProcess.Signal(efw.Id, Continue);
            File.Delete(log);
        }
    }

    [KernelFact]
    public async Task The_next_start_removes_what_is_left_without_processes()
    {
        using Process efw = StartEfw("192.0.2.1");
        int survivor = int.Parse((await efw.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        string cgroup = Cgroup2.FindMount() + Cgroup2.FindPathOf(survivor);
        LinuxProcess.Signal(efw.Id, 9);
        LinuxProcess.Signal(survivor, 9);
        SpinWait.SpinUntil(() => ProcessStat.StartTicks(efw.Id) is null && !new SandboxCgroup(cgroup).HasProcesses, TimeSpan.FromSeconds(30)).Should().BeTrue();

        await using IEgressFirewall firewall = await new FirewallBuilder().Allow("192.0.2.1").StartAsync();

        Directory.Exists(cgroup).Should().BeFalse();
    }

    [KernelFact]
    public async Task Several_may_clean_up_at_once()
    {
        SandboxId dead = DeadOwner();
        string cgroup = SandboxCgroup.Create(dead).Path;
        PinFolder.Create(dead);

        CleanupResult[] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => SandboxCleanup.RemoveLeftovers(endProcesses: true))));

        results.SelectMany(result => result.Failed).Should().NotContain(failure => failure.Item1 == dead.ToString());
        Directory.Exists(cgroup).Should().BeFalse();
    }

    [KernelFact]
    public async Task The_living_are_never_touched()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow("192.0.2.1"));

        CleanupResult result = SandboxCleanup.RemoveLeftovers(endProcesses: true);

        result.Removed.Should().NotContain(Path.GetFileName(lab.Sandbox.CgroupPath));
        (await lab.ProbeAsync("tcp 4 192.0.2.99 80")).Should().Equal("EPERM");
    }

    private static Process StartEfw(string rule, params string[] options)
    {
        ProcessStartInfo probe = Probe.Command();
        var startInfo = new ProcessStartInfo(Efw(), ["run", "--user", "root", "--allow", rule, .. options, "--", "sh", "-c", Survivor, "sh", probe.FileName, .. probe.ArgumentList])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(startInfo)!;
    }

    private static async Task<string[]> AskAsync(Process efw, params string[] steps)
    {
        var answers = new List<string>();
        foreach (string step in steps)
        {
            await efw.StandardInput.WriteLineAsync(step);
            await efw.StandardInput.FlushAsync();
            answers.Add((await efw.StandardOutput.ReadLineAsync())!);
        }

        return [.. answers];
    }

    private static SandboxId DeadOwner()
    {
        using Process process = Process.Start("true");
        process.WaitForExit();
        return new SandboxId(process.Id, 1, 1);
    }

    // Beside our own output, in the same configuration.
    private static string Efw() =>
        RepositoryFiles.PathOf("artifacts", "bin", "EbpfFirewall.Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "efw");
}

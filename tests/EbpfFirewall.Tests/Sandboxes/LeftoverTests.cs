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

    private static Process StartEfw(string rule)
    {
        ProcessStartInfo probe = Probe.Command();
        var startInfo = new ProcessStartInfo(Efw(), ["run", "--user", "root", "--allow", rule, "--", "sh", "-c", Survivor, "sh", probe.FileName, .. probe.ArgumentList])
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

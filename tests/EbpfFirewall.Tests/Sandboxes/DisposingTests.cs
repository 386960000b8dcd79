using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Decisions;
using EbpfFirewall.Native;
using EbpfFirewall.Sandboxes;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Sandboxes;

public sealed class DisposingTests
{
    private const string Grandchildren = """
        setsid sh -c 'sleep 1000 & echo $!; (sleep 1000 & echo $!)'
        sleep 1000 &
        echo $!
        echo $$
        wait
        """;

    [KernelFact]
    public async Task A_firewall_may_be_disposed_by_several_and_all_wait_until_it_is_gone()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow("192.0.2.1"));
        string cgroup = lab.Sandbox.CgroupPath;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => lab.Firewall.DisposeAsync().AsTask())));

        Directory.Exists(cgroup).Should().BeFalse();
        await lab.Firewall.DisposeAsync();
    }

    [KernelFact]
    public async Task Disposing_ends_the_whole_tree_with_what_left_its_session_and_its_parents()
    {
        await using Lab lab = await StartAsync();
        using Process shell = lab.Sandbox.Start(new ProcessStartInfo("sh", ["-c", Grandchildren]) { RedirectStandardOutput = true });
        var processes = new List<int>();
        for (int i = 0; i < 4; i++)
        {
            processes.Add(int.Parse((await shell.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture));
        }

        processes.Should().OnlyContain(process => ProcessStat.StartTicks(process) != null);

        await lab.Sandbox.DisposeAsync();

        processes.Should().OnlyContain(process => Ends(process));
        shell.WaitForExit();
        shell.ExitCode.Should().Be(137);
    }

    [KernelFact]
    public async Task A_sandbox_that_is_gone_starts_nothing()
    {
        await using Lab lab = await StartAsync();
        await lab.Sandbox.DisposeAsync();

        Action start = () => lab.Sandbox.Start(new ProcessStartInfo("true"));

        start.Should().Throw<EgressFirewallException>().Where(error => error.Code == ErrorCodes.SandboxGone).WithMessage("*'lab'*new one*");
    }

    [KernelFact]
    public async Task Disposing_twice_does_nothing_more()
    {
        await using Lab lab = await StartAsync();

        await lab.Sandbox.DisposeAsync();

        await lab.Sandbox.Awaiting(sandbox => sandbox.DisposeAsync().AsTask()).Should().NotThrowAsync();
    }

    [KernelFact]
    public async Task Disposing_the_firewall_disposes_its_sandboxes_and_ends_its_readers()
    {
        Lab lab = await StartAsync();
        IAsyncEnumerator<DecisionEvent> reader = lab.Firewall.ReadDecisionsAsync().GetAsyncEnumerator();
        using Process sleep = lab.Sandbox.Start(new ProcessStartInfo("sleep", ["1000"]));

        await lab.Firewall.DisposeAsync();

        sleep.WaitForExit();
        sleep.ExitCode.Should().Be(137);
        Directory.Exists(lab.Sandbox.CgroupPath).Should().BeFalse();
        (await reader.MoveNextAsync()).Should().BeFalse();
        await lab.Firewall.Awaiting(f => f.CreateSandboxAsync("late", Lab.AsOurselves)).Should().ThrowAsync<ObjectDisposedException>();
    }

    [KernelFact]
    public async Task A_start_that_races_with_the_end_either_ran_under_the_policy_or_says_that_the_sandbox_is_gone()
    {
        await using IEgressFirewall firewall = await new FirewallBuilder().Allow("192.0.2.1").StartAsync();
        for (int round = 0; round < 10; round++)
        {
            ISandbox sandbox = await firewall.CreateSandboxAsync("race", Lab.AsOurselves);
            string pins = PinsOf(sandbox);
            using var ready = new Barrier(3);
            Task<string>[] starts = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => StartOnce(sandbox, ready)))];
            ready.SignalAndWait();

            await sandbox.DisposeAsync();

            (await Task.WhenAll(starts)).Should().OnlyContain(outcome => outcome == "137" || outcome == ErrorCodes.SandboxGone);
            Directory.Exists(sandbox.CgroupPath).Should().BeFalse();
            Directory.Exists(pins).Should().BeFalse();
        }
    }

    [KernelFact]
    public async Task Nobody_can_come_into_a_sandbox_once_its_policy_goes()
    {
        await using Lab lab = await StartAsync();
        string pins = PinsOf(lab.Sandbox);
        using var stop = new CancellationTokenSource();
        var unguarded = new List<int>();

        // Processes that try to come in all the time: one that is in, and alive, must find the policy there.
        Task joining = Task.Run(() =>
        {
            while (Directory.Exists(lab.Sandbox.CgroupPath) && !stop.IsCancellationRequested)
            {
                using Process sleep = Process.Start("sleep", "1000");
                if (TryJoin(lab.Sandbox.CgroupPath, sleep.Id) && !Directory.Exists(pins) && !Ends(sleep.Id))
                {
                    unguarded.Add(sleep.Id);
                }

                sleep.Kill();
            }
        });

        await lab.Sandbox.DisposeAsync();
        await stop.CancelAsync();
        await joining;

        unguarded.Should().BeEmpty();
        Directory.Exists(lab.Sandbox.CgroupPath).Should().BeFalse();
        Directory.Exists(pins).Should().BeFalse();
    }

    [KernelFact]
    public async Task What_was_counted_can_be_read_after_the_end()
    {
        await using Lab lab = await StartAsync();
        await lab.ProbeAsync("tcp 4 192.0.2.99 80");

        await lab.Sandbox.DisposeAsync();

        lab.Sandbox.Statistics.Denied.Should().Be(1);
    }

    private static string StartOnce(ISandbox sandbox, Barrier ready)
    {
        ready.SignalAndWait();
        try
        {
            using Process process = sandbox.Start(new ProcessStartInfo("sleep", ["1000"]));
            process.WaitForExit();
            return process.ExitCode.ToString(CultureInfo.InvariantCulture);
        }
        catch (EgressFirewallException error)
        {
            return error.Code;
        }
    }

    // A process leaves its cgroup a moment before it becomes a corpse.
    private static bool Ends(int process) => SpinWait.SpinUntil(() => ProcessStat.StartTicks(process) is null, TimeSpan.FromSeconds(5));

    private static bool TryJoin(string cgroup, int process)
    {
        try
        {
            File.WriteAllText(Path.Combine(cgroup, "cgroup.procs"), process.ToString(CultureInfo.InvariantCulture));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string PinsOf(ISandbox sandbox) => Path.Combine(BpfFileSystem.Find()!, "efw", Path.GetFileName(sandbox.CgroupPath));

    private static Task<Lab> StartAsync() => Lab.StartAsync(builder => builder.Allow("192.0.2.1"));
}

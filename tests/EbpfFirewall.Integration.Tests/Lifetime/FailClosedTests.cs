using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Lifetime;

/// <summary>Whenever efw is killed, what is left of its command still reaches nothing that it may not.</summary>
[Collection(LabCollection.Name)]
public sealed class FailClosedTests(LabFixture lab)
{
    /// <summary>How long survivors are given to break out: they try some thousand times a second.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Milliseconds from the start of efw, across everything it does until the command runs, and after.</summary>
    public static TheoryData<int> Moments => [0, 15, 30, 50, 70, 90, 110, 130, 150, 175, 200, 250, 300, 400, 600];

    [KernelTheory]
    [MemberData(nameof(Moments))]
    public async Task Killed_at_any_moment_it_leaves_the_forbidden_host_out_of_reach(int milliseconds)
    {
        HashSet<string> before = await KernelInventory.CaptureAsync(lab.Network.Client);
        Watch watch = await lab.WatchAsync();
        await using FirewalledCommand running = StartHammer();

        await Task.Delay(milliseconds);

        await ShouldStayClosedAfterKillAsync(running, watch, before);
    }

    [KernelTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    [InlineData(AddressKind.Mapped)]
    public async Task Killed_while_the_command_runs_it_leaves_the_forbidden_host_out_of_reach(AddressKind kind)
    {
        HashSet<string> before = await KernelInventory.CaptureAsync(lab.Network.Client);
        Watch watch = await lab.WatchAsync();
        await using FirewalledCommand running = StartHammer(kind);
        await running.Command.WaitForOutputAsync("hammering");

        await ShouldStayClosedAfterKillAsync(running, watch, before);
    }

    [KernelFact]
    public async Task Killed_it_takes_its_command_along()
    {
        await using FirewalledCommand running = lab.Start(
            Rules.AllowedName, new Command("sh", "-c", "echo pid $$; while :; do sleep 0.1; done"));
        int pid = int.Parse((await running.Command.WaitForOutputAsync(@"^pid (\d+)$")).Groups[1].Value);

        running.Command.Send(Signal.Kill);
        await running.WaitAsync();

        await WaitUntilAsync(() => !Directory.Exists($"/proc/{pid}"), "the command ends with efw");
        await CleanUpAsync();
    }

    [KernelFact]
    public async Task Names_are_not_resolved_any_more_when_efw_is_dead()
    {
        string go = Path.Combine(lab.Network.DirectoryPath, "orphan-may-ask");
        await using FirewalledCommand running = lab.Start(
            Rules.AllowedName,
            new Command("sh", "-c", $"""
                setsid sh -c 'until [ -e {go} ]; do sleep 0.02; done; dig @{World.Resolver.V4} +tries=1 +time=1 allowed.test A' &
                echo ready
                exec sleep 60
                """));
        await running.Command.WaitForOutputAsync("ready");

        running.Command.Send(Signal.Kill);
        await running.WaitAsync();
        Watch watch = await lab.WatchAsync();
        await File.WriteAllTextAsync(go, "");
        await Task.Delay(Window);

        (await watch.PacketsAsync(packet => packet.DestinationPort == 53)).Should().BeEmpty();
        await CleanUpAsync();
    }

    [KernelFact]
    public async Task Cleanup_finds_nothing_where_nothing_is_left()
    {
        CommandResult result = await lab.RunCliAsync("cleanup");

        result.ExitCode.Should().Be(0, "{0}", result);
    }

    [KernelFact]
    public async Task Cleanup_leaves_a_living_sandbox_alone()
    {
        string go = Path.Combine(lab.Network.DirectoryPath, "cleanup-is-over");
        await using FirewalledCommand running = lab.Start(
            Rules.AllowedHost,
            new Command("sh", "-c", $"""
                echo ready
                until [ -e {go} ]; do sleep 0.02; done
                $PROBE tcp {World.Forbidden.V4} {World.EchoPort} && exit 1
                $PROBE tcp {World.Allowed.V4} {World.EchoPort}
                """));
        await running.Command.WaitForOutputAsync("ready");

        CommandResult cleanup = await lab.RunCliAsync("cleanup");
        await File.WriteAllTextAsync(go, "");
        FirewalledRun run = await running.WaitAsync();

        cleanup.ExitCode.Should().Be(0, "{0}", cleanup);
        run.ExitCode.Should().Be(0, "{0}", run);
    }

    private FirewalledCommand StartHammer(AddressKind kind = AddressKind.IPv4) => lab.Start(
        Rules.AllowedHost, lab.Probe(kind, "hammer", World.Forbidden.Address(kind), $"{World.EchoPort}"));

    private async Task ShouldStayClosedAfterKillAsync(FirewalledCommand running, Watch watch, HashSet<string> before)
    {
        running.Command.Send(Signal.Kill);
        FirewalledRun run = await running.WaitAsync();
        await Task.Delay(Window);
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden, run);

        await CleanUpAsync();
        await Task.Delay(Window);
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden, run);
        (await KernelInventory.FindLeftoversAsync(lab.Network.Client, before, Patience)).Should().BeEmpty("{0}", run);
    }

    private async Task CleanUpAsync()
    {
        CommandResult result = await lab.RunCliAsync("cleanup");
        result.ExitCode.Should().Be(0, "{0}", result);
    }

    private static async Task WaitUntilAsync(Func<bool> condition, string because)
    {
        DateTime deadline = DateTime.UtcNow + Patience;
        while (!condition())
        {
            DateTime.UtcNow.Should().BeBefore(deadline, because);
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }
}

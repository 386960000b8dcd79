using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Lifetime;

/// <summary>A run leaves nothing in the kernel, in the file system or among the processes.</summary>
[Collection(LabCollection.Name)]
public sealed class LeftoverTests(LabFixture lab)
{
    private static readonly int Runs = ClientPrograms.IsFullRun ? 100 : 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [KernelFact]
    public async Task Many_runs_in_a_row_leave_nothing()
    {
        HashSet<string> before = await KernelInventory.CaptureAsync(lab.Network.Client);

        for (int i = 0; i < Runs; i++)
        {
            FirewalledRun run = await lab.RunScriptAsync(
                Rules.AllowedName, $"$PROBE tcp allowed.test {World.EchoPort} && ! $PROBE tcp {World.Forbidden.V4} {World.EchoPort}");
            run.ExitCode.Should().Be(0, "run {0}: {1}", i, run);
        }

        (await KernelInventory.FindLeftoversAsync(lab.Network.Client, before, Patience)).Should().BeEmpty();
    }

    [KernelTheory]
    [InlineData("run", "--allow", "allowed.test", "--", "/no/such/command")]
    [InlineData("run", "--allow", "bad..rule", "--", "true")]
    [InlineData("run", "--allow", "allowed.test", "--user", "no-such-user", "--", "true")]
    public async Task A_run_that_fails_leaves_nothing_either(params string[] arguments)
    {
        HashSet<string> before = await KernelInventory.CaptureAsync(lab.Network.Client);

        CommandResult result = await lab.RunCliAsync([.. arguments]);

        result.ExitCode.Should().NotBe(0);
        (await KernelInventory.FindLeftoversAsync(lab.Network.Client, before, Patience)).Should().BeEmpty("{0}", result);
    }

    [KernelFact]
    public async Task Many_runs_at_once_leave_nothing()
    {
        HashSet<string> before = await KernelInventory.CaptureAsync(lab.Network.Client);

        FirewalledRun[] runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            lab.RunAsync(Rules.AllowedName, "curl", "-sS", "http://allowed.test/")));

        runs.Should().OnlyContain(run => run.ExitCode == 0);
        (await KernelInventory.FindLeftoversAsync(lab.Network.Client, before, Patience)).Should().BeEmpty();
    }
}

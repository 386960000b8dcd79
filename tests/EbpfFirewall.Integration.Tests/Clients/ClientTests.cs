using System.Collections.Immutable;
using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Clients;

/// <summary>Real clients reach what is allowed every single time, and nothing else ever.</summary>
[Collection(LabCollection.Name)]
public sealed class ClientTests(LabFixture lab)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static TheoryData<string> Programs => [.. ClientPrograms.All.Keys];

    [KernelTheory]
    [MemberData(nameof(Programs))]
    public async Task A_client_reaches_the_allowed_name_without_one_spurious_failure(string program)
    {
        int count = ClientPrograms.RequestCount;

        FirewalledRun run = await lab.RunAsync(
            Rules.AllowedName, ClientPrograms.All[program]("allowed.test", count) with { Timeout = Limit });

        run.Result.Output.Should().StartWith($"{count} requests, 0 failed", "{0}", run.Result);
        run.ExitCode.Should().Be(0, "{0}", run.Result);
        run.Blocked.Should().BeEmpty("{0}", run);
        ClientResults.Add(program, count, failed: 0, run.Result.Elapsed);
    }

    [KernelTheory]
    [MemberData(nameof(Programs))]
    public async Task A_client_never_reaches_another_name(string program)
    {
        Watch watch = await lab.WatchAsync();

        FirewalledRun run = await lab.RunAsync(Rules.AllowedName, ClientPrograms.All[program]("other.test", 3) with { Timeout = Limit });

        run.ExitCode.Should().Be(1, "{0}", run);
        run.Result.Output.Should().Contain("3 requests, 3 failed", "{0}", run);
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden, run);
    }

    [KernelTheory]
    [InlineData("198.51.100.66")]
    [InlineData("[2001:db8:77::66]")]
    [InlineData("[::ffff:198.51.100.66]")]
    public async Task A_client_never_reaches_another_address(string address)
    {
        Watch watch = await lab.WatchAsync();
        ImmutableArray<string> arguments = ClientPrograms.DotNetArguments("http", $"http://{address}/", "3");

        FirewalledRun run = await lab.RunAsync(Rules.AllowedName, "dotnet", arguments);

        run.Result.Output.Should().Contain("3 requests, 3 failed", "{0}", run);
        await watch.ShouldHaveSeenNothingAtAsync(World.Forbidden, run);
    }
}

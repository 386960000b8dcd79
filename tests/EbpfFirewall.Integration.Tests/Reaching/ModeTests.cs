using System.Collections.Immutable;
using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Reaching;

/// <summary>The five modes and how they are chosen.</summary>
[Collection(LabCollection.Name)]
public sealed class ModeTests(LabFixture lab)
{
    private static readonly ImmutableArray<string>[] Everywhere =
    [
        ["tcp", World.Allowed.V4, $"{World.EchoPort}"],
        ["tcp", World.Forbidden.V4, $"{World.EchoPort}"],
        ["udp-sendto", World.Extra.V4, $"{World.EchoPort}"],
        ["tcp", "allowed.test", $"{World.EchoPort}"],
        ["tcp", "other.test", $"{World.EchoPort}"],
    ];

    [KernelTheory]
    [InlineData("allow-?list", "--allow", "allowed.test")]
    [InlineData("allow-?list", "--allow", "allowed.test", "--deny", "other.test")]
    [InlineData("allow-?list", "--mode", "allow-list")]
    [InlineData("deny-?list", "--deny", "other.test")]
    [InlineData("observe", "--observe")]
    [InlineData("observe", "--mode", "observe", "--allow", "allowed.test")]
    [InlineData("block-?all", "--mode", "block-all")]
    [InlineData("disabled", "--mode", "disabled")]
    public async Task The_mode_stands_on_the_first_line(string mode, params string[] options)
    {
        FirewalledRun run = await lab.RunAsync([.. options], "true");

        run.ExitCode.Should().Be(0, "{0}", run);
        run.Result.Error.Split('\n')[0].Should().MatchRegex($"(?i)mode.*{mode}");
    }

    [KernelFact]
    public async Task Observe_stops_nothing_and_says_what_would_have_been()
    {
        FirewalledRun run = await lab.RunScriptAsync(
            [.. Rules.AllowedName, "--observe"],
            string.Join('\n', Everywhere.Select(attempt => $"$PROBE {string.Join(' ', attempt)} || exit 1")));

        run.ExitCode.Should().Be(0, "{0}", run);
        run.Blocked.Should().BeEmpty("{0}", run);
        run.Log.Should().Contain(record => record.Domains.Contains("other.test") && record.Reason == "NotInAllowList", "{0}", run);
        run.Log.Should().Contain(record => record.IsAbout(World.Forbidden.V4) && record.Reason == "NotInAllowList", "{0}", run);
    }

    [KernelTheory]
    [InlineData("--observe")]
    [InlineData("--mode", "disabled")]
    public async Task What_stops_nothing_lets_everything_through(params string[] options)
    {
        foreach (AddressKind kind in Enum.GetValues<AddressKind>())
        {
            ProbeReport[] reports = await lab.ProbeAsync(
                [.. options],
                kind,
                [
                    Attempts.Arguments("tcp", kind, World.Forbidden),
                    Attempts.Arguments("udp-sendto", kind, World.Forbidden),
                    Attempts.Arguments("tcp", kind, World.Metadata),
                    ["tcp", "other.test", $"{World.EchoPort}"],
                ]);

            reports.Should().OnlyContain(report => report.Reached);
        }
    }

    [KernelTheory]
    [InlineData("--mode", "block-all")]
    [InlineData("--mode", "block-all", "--allow", "allowed.test")]
    [InlineData("--mode", "allow-list")]
    public async Task What_allows_nothing_stops_everything(params string[] options)
    {
        bool ignoresRules = options.Contains("block-all");
        Watch watch = await lab.WatchAsync();

        ProbeReport[] reports = await lab.ProbeAsync([.. options], AddressKind.IPv4, Everywhere);

        reports.Should().OnlyContain(report => !report.Reached, "{0} {1}", ignoresRules, reports[0]);
        (await watch.PacketsAsync(_ => true)).Should().BeEmpty();
    }
}

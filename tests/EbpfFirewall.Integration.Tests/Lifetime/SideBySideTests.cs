using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Lifetime;

/// <summary>One run shares nothing with another.</summary>
[Collection(LabCollection.Name)]
public sealed class SideBySideTests(LabFixture lab)
{
    private const int Rounds = 20;

    [KernelFact]
    public async Task Two_sandboxes_follow_their_own_policies_at_the_same_time()
    {
        string script = $"""
            for i in $(seq {Rounds}); do
              for name in allowed.test other.test; do
                curl -sS -o /dev/null --max-time 5 http://$name/ 2>/dev/null; echo "$name $?"
              done
            done
            """;

        FirewalledRun[] runs = await Task.WhenAll(
            lab.RunScriptAsync(Rules.AllowedName, script),
            lab.RunScriptAsync(Rules.Allow("other.test"), script));

        Counts(runs[0]).Should().BeEquivalentTo(new Dictionary<string, int> { ["allowed.test 0"] = Rounds, ["other.test 6"] = Rounds });
        Counts(runs[1]).Should().BeEquivalentTo(new Dictionary<string, int> { ["allowed.test 6"] = Rounds, ["other.test 0"] = Rounds });
        runs[0].Blocked.Should().OnlyContain(record => record.Domains.Contains("other.test"));
        runs[1].Blocked.Should().OnlyContain(record => record.Domains.Contains("allowed.test"));

        static Dictionary<string, int> Counts(FirewalledRun run) => run.Result.Lines.CountBy(line => line).ToDictionary();
    }

    [KernelFact]
    public async Task What_one_sandbox_has_learned_is_closed_in_another()
    {
        await using FirewalledCommand learned = lab.Start(
            Rules.AllowedName,
            new Command("sh", "-c", $"$PROBE tcp allowed.test {World.EchoPort} && echo learned; exec sleep 60"));
        await learned.Command.WaitForOutputAsync("^learned");

        ProbeReport report = await lab.ProbeAsync(
            Rules.AllowedName, AddressKind.IPv4, "tcp", World.Allowed.V4, $"{World.EchoPort}");

        report.ShouldBeDenied();
    }

    [KernelFact]
    public async Task Processes_outside_are_not_touched()
    {
        await using FirewalledCommand running = lab.Start(Rules.AllowedName, new Command("sh", "-c", "echo ready; exec sleep 60"));
        await running.Command.WaitForOutputAsync("ready");

        CommandResult name = await lab.RunOpenlyAsync("curl", "-sS", "http://other.test/");
        ProbeReport ping = await lab.ProbeOpenlyAsync(AddressKind.IPv4, "ping", World.Forbidden.V4);

        name.ExitCode.Should().Be(0, "{0}", name);
        ping.ShouldReach();
    }
}

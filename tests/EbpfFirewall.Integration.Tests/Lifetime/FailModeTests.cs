using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Lifetime;

/// <summary>What a command reaches while efw is stopped, and when it goes on.</summary>
[Collection(LabCollection.Name)]
public sealed class FailModeTests(LabFixture lab)
{
    /// <summary>Longer than the watchdog waits.</summary>
    private static readonly TimeSpan Stopped = TimeSpan.FromSeconds(12);

    [KernelFact]
    public async Task Stopped_it_leaves_closed_what_it_had_not_opened_unless_told_otherwise()
    {
        // Side by side: both wait for the watchdog.
        string[] reports = await Task.WhenAll(RunWhileStoppedAsync("closed"), RunWhileStoppedAsync("open"));

        reports[0].Should().Contain("unattended query: refused").And.Contain("unattended forbidden: 1").And.Contain("unattended reserved: 1");
        reports[0].Should().Contain("attended query: answered").And.Contain("attended forbidden: 1");
        reports[1].Should().Contain("unattended query: answered").And.Contain("unattended forbidden: 0").And.Contain("unattended reserved: 1");
        reports[1].Should().Contain("unattended denied: 1", "the kernel knows what rules deny");
        reports[1].Should().Contain("attended query: answered").And.Contain("attended forbidden: 1");
    }

    private async Task<string> RunWhileStoppedAsync(string mode)
    {
        string stopped = Path.Combine(lab.Network.DirectoryPath, $"stopped-{mode}");
        string resumed = Path.Combine(lab.Network.DirectoryPath, $"resumed-{mode}");
        await using FirewalledCommand running = lab.Start(
            [.. Rules.AllowedName, "--deny", $"{World.Extra.V4}", "--fail-mode", mode],
            new Command("sh", "-c", $$"""
                try() { # when
                    # Refused: sendmsg fails, which dig tells at once; +time is how long it would wait for an answer.
                    if timeout 3 dig @{{World.Resolver.V4}} +tries=1 +time=5 +short allowed.test A > answer.$$ 2>&1 && grep -q '^[0-9]' answer.$$
                    then echo "$1 query: answered"
                    elif [ $? -eq 124 ]
                    then echo "$1 query: hangs"
                    else echo "$1 query: refused"
                    fi
                    $PROBE tcp {{World.Forbidden.V4}} {{World.EchoPort}} > /dev/null; echo "$1 forbidden: $?"
                    $PROBE tcp {{World.Extra.V4}} {{World.EchoPort}} > /dev/null; echo "$1 denied: $?"
                    $PROBE tcp 169.254.169.254 80 > /dev/null; echo "$1 reserved: $?"
                }
                cd {{lab.Network.DirectoryPath}}
                echo ready
                until [ -e {{stopped}} ]; do sleep 0.05; done
                try unattended
                echo unattended is over
                until [ -e {{resumed}} ]; do sleep 0.05; done
                try attended
                """));
        await running.Command.WaitForOutputAsync("ready");

        running.Command.Send(Signal.Stop);
        await Task.Delay(Stopped);
        await File.WriteAllTextAsync(stopped, "");
        await running.Command.WaitForOutputAsync("unattended is over");
        running.Command.Send(Signal.Continue);
        await Task.Delay(TimeSpan.FromSeconds(2));
        await File.WriteAllTextAsync(resumed, "");
        FirewalledRun run = await running.WaitAsync();
        return run.ToString();
    }
}

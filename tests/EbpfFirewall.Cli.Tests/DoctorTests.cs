using System.Text.Json;
using EbpfFirewall.Cli.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Cli.Tests;

public sealed class DoctorTests
{
    [KernelFact]
    public async Task A_host_that_runs_the_firewall_is_said_to()
    {
        Result result = await Efw.RunAsync("doctor");

        result.ExitCode.Should().Be(0, result.Out);
        result.Out.Should().Contain("ok           a command in a sandbox: it ran").And.Contain("not stopped  root outside");
    }

    [KernelFact]
    public async Task The_findings_are_there_for_programs()
    {
        Result result = await Efw.RunAsync("doctor", "--json");

        JsonElement report = JsonDocument.Parse(result.Out).RootElement;
        report.GetProperty("usable").GetBoolean().Should().BeTrue();
        report.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("state").GetString())
            .Should().OnlyContain(state => state == "ok" || state == "gap" || state == "not stopped");
    }

    [KernelFact]
    public async Task Without_cgroup2_it_says_what_is_missing_and_ends_with_1()
    {
        Result result = await Efw.RunAsync(Efw.Behind(
            "exec unshare --mount sh -ec 'awk \"\\$3 == \\\"cgroup2\\\" { print \\$2 }\" /proc/mounts | xargs -n 1 umount -l; exec \"$@\"' sh \"$@\"", "doctor"));

        result.ExitCode.Should().Be(1, result.Out + result.Error);
        result.Out.Should().Contain("missing      cgroup2").And.EndWith("the firewall does not start on this host\n");
    }

    [KernelFact]
    public async Task Without_root_it_says_so_and_ends_with_1()
    {
        Result result = await Efw.RunAsync(Efw.Behind("exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"", "doctor"));

        result.ExitCode.Should().Be(1, result.Out + result.Error);
        result.Out.Should().Contain("missing      privilege");
    }
}

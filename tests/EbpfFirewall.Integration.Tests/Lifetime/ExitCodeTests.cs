using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Lifetime;

/// <summary>The exit code is the command's; ours are few and told apart.</summary>
[Collection(LabCollection.Name)]
public sealed class ExitCodeTests(LabFixture lab)
{
    [KernelTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(125)]
    [InlineData(255)]
    public async Task The_exit_code_is_the_commands(int code)
    {
        FirewalledRun run = await lab.RunScriptAsync(Rules.AllowedName, $"exit {code}");

        run.ExitCode.Should().Be(code, "{0}", run);
    }

    [KernelTheory]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 143)]
    [InlineData("SEGV", 139)]
    [InlineData("USR1", 138)]
    public async Task A_command_ended_by_a_signal_exits_with_128_and_its_number(string signal, int code)
    {
        FirewalledRun run = await lab.RunScriptAsync(Rules.AllowedName, $"kill -{signal} $$");

        run.ExitCode.Should().Be(code, "{0}", run);
    }

    [KernelTheory]
    [InlineData("no-such-command-anywhere")]
    [InlineData("/no/such/file")]
    public async Task A_command_that_is_missing_exits_with_127(string command)
    {
        FirewalledRun run = await lab.RunAsync(Rules.AllowedName, command);

        run.ExitCode.Should().Be(127, "{0}", run);
        run.Result.Error.Should().Contain(command);
    }

    [KernelTheory]
    [InlineData("/etc/hostname")]
    [InlineData("/")]
    public async Task A_file_that_is_no_program_exits_with_126(string command)
    {
        FirewalledRun run = await lab.RunAsync(Rules.AllowedName, command);

        run.ExitCode.Should().Be(126, "{0}", run);
        run.Result.Error.Should().Contain(command);
    }
}

using System.Collections.Immutable;
using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Lifetime;

/// <summary>The command gets what was written for it, and nothing is left of it afterwards.</summary>
[Collection(LabCollection.Name)]
public sealed class CommandTests(LabFixture lab)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [KernelFact]
    public async Task Arguments_arrive_untouched()
    {
        string[] arguments =
        [
            "", " ", "a b", "--allow", "--", "--help", "-x", "@file", "*", "$HOME", "`id`", "'", "\"", "\\", "a\nb", "\t", "ü€😀", "=", "%s",
        ];

        FirewalledRun run = await lab.RunAsync(Rules.AllowedName, lab.Network.Probe, ["arguments", .. arguments]);

        run.Result.Output.Should().Be(string.Concat(arguments.Select(argument => argument + "\0")), "{0}", run);
    }

    [KernelFact]
    public async Task Standard_input_passes_whole()
    {
        string input = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"line {i}\n"));

        FirewalledRun run = await lab.RunAsync(Rules.AllowedName, new Command("cat") { Input = input });

        run.ExitCode.Should().Be(0);
        run.Result.Output.Length.Should().Be(input.Length);
        run.Result.Output.Should().Be(input);
    }

    [KernelFact]
    public async Task Standard_error_of_the_command_passes_too()
    {
        FirewalledRun run = await lab.RunScriptAsync(Rules.AllowedName, "echo to-output; echo to-error >&2");

        run.Result.Output.Should().Be("to-output\n", "our own words go to standard error\n{0}", run);
        run.Result.Error.Should().Contain("to-error\n");
    }

    [KernelFact]
    public async Task Environment_and_working_directory_pass()
    {
        Command command = new("sh", "-c", "cd /usr && exec \"$0\" run --allow allowed.test -- sh -c 'pwd; echo $EFW_TEST_VALUE'", FirewallCli.Path)
        {
            Environment = ImmutableDictionary<string, string?>.Empty.Add("EFW_TEST_VALUE", "a b=c"),
        };

        CommandResult result = await lab.RunCliAsync(command);

        result.Lines.Should().Equal(["/usr", "a b=c"], "{0}", result);
    }

    [KernelTheory]
    [InlineData(Signal.Hangup)]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Quit)]
    [InlineData(Signal.User1)]
    [InlineData(Signal.User2)]
    [InlineData(Signal.Terminate)]
    public async Task A_signal_to_efw_is_the_commands_to_handle(Signal signal)
    {
        await using FirewalledCommand running = lab.Start(Rules.AllowedName, lab.Probe(AddressKind.IPv4, "signals"));
        await running.Command.WaitForOutputAsync("ready");

        running.Command.Send(signal);
        await running.Command.WaitForOutputAsync($"signal {(int)signal}$");
        running.Command.Send(Signal.Terminate);

        (await running.WaitAsync()).ExitCode.Should().Be(42);
    }

    [KernelFact]
    public async Task A_command_that_does_not_handle_a_signal_ends_by_it()
    {
        await using FirewalledCommand running = lab.Start(Rules.AllowedName, new Command("sh", "-c", "echo ready; exec sleep 60"));
        await running.Command.WaitForOutputAsync("ready");

        running.Command.Send(Signal.Terminate);

        (await running.WaitAsync()).ExitCode.Should().Be(143);
    }

    [KernelFact]
    public async Task The_whole_tree_ends_with_the_command()
    {
        HashSet<string> before = await KernelInventory.CaptureAsync(lab.Network.Client);

        FirewalledRun run = await lab.RunScriptAsync(
            Rules.AllowedName, "setsid sh -c 'trap \"\" TERM HUP INT; sleep 1000 & sleep 1000' & sleep 1000 & echo left; exit 3");

        run.ExitCode.Should().Be(3, "{0}", run);
        (await lab.Network.Client.GetProcessesAsync()).Should().BeEmpty("it ends before efw does");
        (await KernelInventory.FindLeftoversAsync(lab.Network.Client, before, Patience)).Should().BeEmpty();
    }

    [KernelFact]
    public async Task The_tree_ends_with_efw_when_it_is_told_to_go()
    {
        await using FirewalledCommand running = lab.Start(
            Rules.AllowedName, new Command("sh", "-c", "setsid sleep 1000 & echo ready; exec sleep 1000"));
        await running.Command.WaitForOutputAsync("ready");

        running.Command.Send(Signal.Terminate);
        await running.WaitAsync();

        (await lab.Network.Client.GetProcessesAsync()).Should().BeEmpty();
    }
}

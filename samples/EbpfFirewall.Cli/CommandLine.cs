using System.CommandLine;
using System.CommandLine.Parsing;
using EbpfFirewall.Cli.Doctor;
using EbpfFirewall.Cli.SelfTest;
using EbpfFirewall.Cli.SelfTest.Attempts;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli;

/// <summary>The verbs and options of efw.</summary>
internal static class CommandLine
{
    private const string Separator = "--";

    public static async Task<int> RunAsync(string[] args)
    {
        // The command is what stands behind the first "--", and is never looked at: its arguments pass untouched.
        int separator = Array.IndexOf(args, Separator);
        string[] command = separator < 0 ? [] : args[(separator + 1)..];
        string[] own = separator < 0 ? args : args[..separator];

        RootCommand root = Build(own, command, hasSeparator: separator >= 0);
        ParseResult result = root.Parse(own, new ParserConfiguration
        {
            EnablePosixBundling = false,
            ResponseFileTokenReplacer = null, // "@github" is a rule, not a file of options
        });

        if (result.Errors.Count > 0)
        {
            foreach (ParseError error in result.Errors)
            {
                await Console.Error.WriteLineAsync($"efw: {error.Message}");
            }

            await Console.Error.WriteLineAsync("efw: `efw --help` and `efw run --help` list what there is.");
            return ExitCodes.OwnFailure;
        }

        try
        {
            return await result.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // signals are the command's, see SignalForwarder
            });
        }
        catch (SandboxStartException error)
        {
            await Console.Error.WriteLineAsync($"efw: {error.Message}");
            return error.ExitCode;
        }
        catch (EgressFirewallException error)
        {
            await Console.Error.WriteLineAsync($"efw: {error.Message}");
            return ExitCodes.OwnFailure;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"efw: unexpected failure, please report it: {error}");
            return ExitCodes.OwnFailure;
        }
    }

    private static RootCommand Build(string[] own, string[] command, bool hasSeparator)
    {
        var root = new RootCommand("Runs a command that may reach only what its policy allows.")
        {
            BuildRun(command, hasSeparator),
            BuildCleanup(),
            BuildDoctor(),
            BuildSelfTest(own),
            BuildHidden(AttemptProcess.Verb, AttemptProcess.Execute),
            BuildHidden(Bystander.Verb, Bystander.Execute),
        };
        root.SetAction(_ =>
        {
            Console.Error.WriteLine("efw: say what to do: `efw run [options] -- command`, or `efw cleanup`. `efw --help` lists the options.");
            return ExitCodes.OwnFailure;
        });
        return root;
    }

    private static Command BuildRun(string[] command, bool hasSeparator)
    {
        var options = new RunCommandOptions();
        var run = new Command("run", "Runs a command: efw run [options] -- command [arguments]");
        options.AddTo(run);
        run.SetAction((result, cancellationToken) =>
        {
            if (command.Length == 0 || command[0].Length == 0)
            {
                Console.Error.WriteLine(hasSeparator
                    ? "efw: there is no command behind `--`."
                    : "efw: put the command behind `--`: efw run --allow example.com -- curl https://example.com");
                return Task.FromResult(ExitCodes.OwnFailure);
            }

            return new RunCommand(options.Read(result), command).ExecuteAsync(cancellationToken);
        });
        return run;
    }

    private static Command BuildCleanup()
    {
        var cleanup = new Command("cleanup", "Removes what efw processes that died have left: their commands, policies and cgroups.");
        cleanup.SetAction(_ => CleanupCommand.Execute());
        return cleanup;
    }

    private static Command BuildDoctor()
    {
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON." };
        var doctor = new Command("doctor", "Says what this host can enforce, and what it cannot. Ends with 1 when the firewall does not start here.");
        doctor.Options.Add(json);
        doctor.SetAction((result, cancellationToken) => DoctorCommand.ExecuteAsync(result.GetValue(json), cancellationToken));
        return doctor;
    }

    private static Command BuildSelfTest(string[] own)
    {
        var options = new SelfTestCommandOptions();
        var selfTest = new Command(SelfTestCommand.Verb, "Attacks a sandbox in network namespaces of its own, and says what came of each attempt.");
        options.AddTo(selfTest);
        selfTest.SetAction((result, cancellationToken) => new SelfTestCommand(options.Read(result), own).ExecuteAsync(cancellationToken));
        return selfTest;
    }

    // Verbs for processes that the self-test starts.
    private static Command BuildHidden(string verb, Func<int> execute)
    {
        var hidden = new Command(verb) { Hidden = true };
        hidden.SetAction(_ => execute());
        return hidden;
    }
}

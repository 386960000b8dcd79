using System.Collections.Immutable;

namespace EbpfFirewall.TestKit.Commands;

/// <summary>Runs commands to their end.</summary>
public static class CommandRunner
{
    /// <summary>Runs a command and waits for it.</summary>
    /// <exception cref="TimeoutException">It took longer than its timeout; it has been killed.</exception>
    public static async Task<CommandResult> RunAsync(Command command)
    {
        await using RunningCommand running = RunningCommand.Start(command);
        return await running.WaitAsync();
    }

    /// <inheritdoc cref="RunAsync(Command)"/>
    public static Task<CommandResult> RunAsync(string fileName, params ImmutableArray<string> arguments) =>
        RunAsync(new Command(fileName, arguments));
}

using EbpfFirewall.TestKit.Logs;

namespace EbpfFirewall.Integration.Tests.Infrastructure;

/// <summary>A command that runs behind the firewall.</summary>
public sealed class FirewalledCommand(RunningCommand command, string logPath) : IAsyncDisposable
{
    public RunningCommand Command => command;

    /// <summary>The decisions logged so far.</summary>
    public LogRecord[] Log => JsonLog.Read(logPath);

    public async Task<FirewalledRun> WaitAsync()
    {
        CommandResult result = await command.WaitAsync();
        return new FirewalledRun(result, Log);
    }

    public ValueTask DisposeAsync() => command.DisposeAsync();
}

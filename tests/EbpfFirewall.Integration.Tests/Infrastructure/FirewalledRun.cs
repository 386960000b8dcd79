using EbpfFirewall.TestKit.Logs;

namespace EbpfFirewall.Integration.Tests.Infrastructure;

/// <summary>How a command behind the firewall ended, and what was decided on the way.</summary>
/// <param name="Result">Exit code and output of efw, which are the command's.</param>
/// <param name="Log">The JSON log.</param>
public sealed record FirewalledRun(CommandResult Result, LogRecord[] Log)
{
    public int ExitCode => Result.ExitCode;

    /// <summary>The lines of standard error that announce a block.</summary>
    public string[] BlockLines =>
        [.. Result.Error.Split('\n').Where(line => line.Contains(" BLOCKED ", StringComparison.Ordinal))];

    public LogRecord[] Blocked => [.. Log.Where(record => record.Blocked)];

    public override string ToString() => $"{Result}\n--- log\n{string.Join('\n', Log.Select(record => record.ToString()))}";
}

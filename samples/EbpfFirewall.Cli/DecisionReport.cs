using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Cli;

/// <summary>Tells decisions: a line each on stderr, and a JSON object each in the log file.</summary>
internal sealed class DecisionReport : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StreamWriter? _log;

    /// <exception cref="EgressFirewallException">The log file cannot be written.</exception>
    public DecisionReport(string? logFile)
    {
        if (logFile is not null)
        {
            _log = Open(logFile);
        }
    }

    /// <summary>Says first what is in force.</summary>
    public static void Opening(FirewallPolicy policy)
    {
        int rules = policy.Rules.Length;
        Console.Error.WriteLine($"efw: mode {PolicyModeText.Format(policy.Mode)}, {rules} {(rules == 1 ? "rule" : "rules")}");
        foreach (PolicyProblem warning in policy.Warnings)
        {
            Console.Error.WriteLine($"efw: warning: {warning}");
        }
    }

    public void Write(DecisionEvent decision)
    {
        lock (_gate)
        {
            if (!decision.IsRepeat)
            {
                Console.Error.WriteLine(DecisionText.Format(decision)); // said once; the log file counts the repeats
            }

            if (_log is not null)
            {
                _log.WriteLine(DecisionJson.Format(decision));
                _log.Flush(); // whoever follows the file sees a denial when it happens
            }
        }
    }

    public void Dispose() => _log?.Dispose();

    private static StreamWriter Open(string path)
    {
        try
        {
            return new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new EgressFirewallException(
                ErrorCodes.LogFileUnusable,
                $"the log file '{path}' cannot be written: {error.Message}",
                error);
        }
    }
}

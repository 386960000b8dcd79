namespace EbpfFirewall.TestKit.Commands;

/// <summary>How a command ended.</summary>
/// <param name="CommandLine">What ran, for messages.</param>
/// <param name="ExitCode">Its exit code; 128+n after signal n.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Elapsed">From start to exit.</param>
public sealed record CommandResult(string CommandLine, int ExitCode, string Output, string Error, TimeSpan Elapsed)
{
    /// <summary>Standard output without its last newline.</summary>
    public string Text => Output.TrimEnd('\n');

    /// <summary>Lines of standard output, empty ones left out.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>This result, or an exception with both streams when the exit code is not zero.</summary>
    public CommandResult EnsureSuccess() =>
        ExitCode == 0 ? this : throw new InvalidOperationException($"A command failed.\n{this}");

    public override string ToString() =>
        $"{CommandLine}\nexit code {ExitCode} after {Elapsed.TotalMilliseconds:F0} ms\n--- stdout\n{Output}\n--- stderr\n{Error}";
}

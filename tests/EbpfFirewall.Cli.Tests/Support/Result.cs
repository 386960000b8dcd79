namespace EbpfFirewall.Cli.Tests.Support;

/// <summary>What efw left behind.</summary>
internal sealed record Result(int ExitCode, string Out, string Error)
{
    internal string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

namespace EbpfFirewall.Cli;

/// <summary>Exit codes of efw itself; everything else is the command's own.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>What was tested or examined is not as it should be.</summary>
    public const int NotAsExpected = 1;

    /// <summary>efw could not do its work: bad options or rules, a kernel that lacks something, no root.</summary>
    public const int OwnFailure = 125;
}

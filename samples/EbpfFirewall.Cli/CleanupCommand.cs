namespace EbpfFirewall.Cli;

/// <summary><c>efw cleanup</c>: removes what dead efw processes left.</summary>
internal static class CleanupCommand
{
    public static int Execute()
    {
        CleanupResult result = SandboxCleanup.RemoveLeftovers(endProcesses: true);
        foreach (string sandbox in result.Removed)
        {
            Console.Out.WriteLine($"removed {sandbox}");
        }

        foreach ((string sandbox, string reason) in result.Failed)
        {
            Console.Error.WriteLine($"efw: could not remove {sandbox}: {reason}");
        }

        if (result.Removed.Count == 0 && result.Failed.Count == 0)
        {
            Console.Out.WriteLine("nothing to remove");
        }

        return result.Failed.Count == 0 ? ExitCodes.Success : ExitCodes.OwnFailure;
    }
}

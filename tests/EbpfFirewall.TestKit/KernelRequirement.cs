namespace EbpfFirewall.TestKit;

/// <summary>Says whether kernel tests can run here.</summary>
public static class KernelRequirement
{
    /// <summary>Null where kernel tests run; else the sentence that a skipped test shows.</summary>
    public static string? ReasonToSkip { get; } = Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("EFW_REQUIRE_KERNEL") == "1")
        {
            return null;
        }

        if (!OperatingSystem.IsLinux())
        {
            return "needs Linux";
        }

        return Environment.IsPrivilegedProcess ? null : "needs root: sudo ./test";
    }
}

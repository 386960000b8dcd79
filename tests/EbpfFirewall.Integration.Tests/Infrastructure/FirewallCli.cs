namespace EbpfFirewall.Integration.Tests.Infrastructure;

/// <summary>The program under test.</summary>
internal static class FirewallCli
{
    /// <summary>From <c>EFW_CLI</c>; by default what was built beside these tests.</summary>
    internal static string Path { get; } =
        Environment.GetEnvironmentVariable("EFW_CLI")
        ?? RepositoryRoot.Combine("artifacts", "bin", "EbpfFirewall.Cli", RepositoryRoot.Configuration, "efw");
}

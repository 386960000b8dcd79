namespace EbpfFirewall.Tests.Support;

/// <summary>The long forms of tests, which write tables to docs/results: <c>EFW_FULL=1</c>.</summary>
internal static class FullRun
{
    internal static bool IsAsked { get; } = Environment.GetEnvironmentVariable("EFW_FULL") == "1";

    /// <summary>One thing in the long form, another in the short one.</summary>
    internal static T Choose<T>(T full, T quick) => IsAsked ? full : quick;
}

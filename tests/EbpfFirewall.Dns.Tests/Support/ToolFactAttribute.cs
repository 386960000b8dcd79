namespace EbpfFirewall.Dns.Tests.Support;

/// <summary>
/// A test that runs a program of the system. Skipped without it, unless <c>EFW_REQUIRE_KERNEL=1</c> is set (as in CI): then it
/// runs, and fails where it cannot do its work.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(params string[] paths)
    {
        string? missing = paths.FirstOrDefault(path => !File.Exists(path));
        if (missing is not null && Environment.GetEnvironmentVariable("EFW_REQUIRE_KERNEL") != "1")
        {
            Skip = $"needs {missing}";
        }
    }
}

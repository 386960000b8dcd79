using System.Diagnostics;

namespace EbpfFirewall.Dns.Tests.Support;

/// <summary>
/// A test that compares with dnspython (Debian: python3-dnspython). Skipped without it, unless <c>EFW_REQUIRE_KERNEL=1</c>
/// is set (as in CI): then it runs, and fails where it cannot do its work.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DnspythonFactAttribute : FactAttribute
{
    private static readonly string? Reason = Find();

    public DnspythonFactAttribute() => Skip = Reason;

    private static string? Find()
    {
        const string Missing = "needs python3-dnspython";
        if (Environment.GetEnvironmentVariable("EFW_REQUIRE_KERNEL") == "1")
        {
            return null;
        }

        try
        {
            using Process python = Process.Start("/usr/bin/python3", ["-c", "import dns.message"]);
            python.WaitForExit();
            return python.ExitCode == 0 ? null : Missing;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return Missing;
        }
    }
}

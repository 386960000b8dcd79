using System.Diagnostics;

namespace EbpfFirewall.Tests.Support;

/// <summary>Scripts outside any sandbox.</summary>
internal static class Shell
{
    /// <summary>Standard output without the last line break. Throws, with standard error, unless the script ends with 0.</summary>
    internal static string Output(string script)
    {
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-ec", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = shell.StandardError.ReadToEndAsync();
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return shell.ExitCode == 0 ? output.TrimEnd('\n') : throw new InvalidOperationException($"{script}: {shell.ExitCode}: {error.Result}");
    }
}

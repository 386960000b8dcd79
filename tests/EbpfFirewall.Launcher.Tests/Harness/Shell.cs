using System.Diagnostics;

namespace EbpfFirewall.Launcher.Tests.Harness;

/// <summary>Shell scripts outside any sandbox.</summary>
internal static class Shell
{
    /// <summary>Standard output. Throws, with standard error, unless the script ends with 0.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        using Process process = Start(script, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{script}: {process.ExitCode}: {await error}");
    }

    public static Process Start(string script, params string[] arguments) =>
        StarterThread.Start(new ProcessStartInfo("bash", ["-ec", script, "bash", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
}

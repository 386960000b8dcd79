using System.Diagnostics;
using EbpfFirewall.Core.Tests.Support;

namespace EbpfFirewall.Cli.Tests.Support;

/// <summary>The program, built in the configuration of these tests.</summary>
internal static class Efw
{
    private static readonly string Program =
        RepositoryFiles.PathOf("artifacts", "bin", "EbpfFirewall.Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "efw");

    /// <summary>Runs it to its end.</summary>
    internal static Task<Result> RunAsync(params string[] arguments) => RunAsync(Command(arguments));

    internal static async Task<Result> RunAsync(ProcessStartInfo startInfo, string input = "")
    {
        using Process process = Process.Start(startInfo)!;
        return await EndAsync(process, input);
    }

    /// <summary>Starts it with redirected streams.</summary>
    internal static Process Start(params string[] arguments) => Process.Start(Command(arguments))!;

    /// <summary>Gives it its input and waits for its end.</summary>
    internal static async Task<Result> EndAsync(Process process, string input = "")
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new Result(process.ExitCode, await output, await error);
    }

    internal static ProcessStartInfo Command(params string[] arguments) => Redirected(new ProcessStartInfo(Program, arguments));

    /// <summary>The program run by a script, as <c>"$@"</c>.</summary>
    internal static ProcessStartInfo Behind(string script, params string[] arguments) =>
        Redirected(new ProcessStartInfo("sh", ["-ec", script, "sh", Program, .. arguments]));

    // As root itself, not as through sudo, whoever runs the tests.
    private static ProcessStartInfo Redirected(ProcessStartInfo startInfo)
    {
        startInfo.RedirectStandardInput = true;
        startInfo.RedirectStandardOutput = true;
        startInfo.RedirectStandardError = true;
        startInfo.Environment.Remove("SUDO_UID");
        startInfo.Environment.Remove("SUDO_GID");
        return startInfo;
    }
}

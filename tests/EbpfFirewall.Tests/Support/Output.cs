using System.Diagnostics;

namespace EbpfFirewall.Tests.Support;

/// <summary>What a command left behind.</summary>
internal sealed record Output(int ProcessId, int ExitCode, string Out, string Error)
{
    /// <summary>Runs a command in a sandbox with an empty standard input.</summary>
    internal static async Task<Output> OfAsync(ISandbox sandbox, ProcessStartInfo startInfo, string input = "")
    {
        startInfo.RedirectStandardInput = true;
        startInfo.RedirectStandardOutput = true;
        startInfo.RedirectStandardError = true;
        using Process process = sandbox.Start(startInfo);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Output(process.Id, process.ExitCode, output, await error);
    }
}

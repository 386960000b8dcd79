using System.Diagnostics;

namespace EbpfFirewall.DatapathBench;

/// <summary>Runs a program of the system and insists on its success.</summary>
internal static class Tool
{
    /// <exception cref="InvalidOperationException">It failed, in its own words, or it is not there.</exception>
    internal static string Run(string input, string name, params ReadOnlySpan<string> arguments)
    {
        ProcessStartInfo start = new(name, arguments.ToArray())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything, and will say why.
        }

        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException(
                $"{start.FileName} {string.Join(' ', start.ArgumentList)}: {FirstLine(errors.Result)} (exit code {process.ExitCode})");
    }

    /// <summary>Some tools repeat the line that they do not like, which may hold a hundred thousand networks.</summary>
    private static string FirstLine(string text) => text.Trim().Split('\n')[0];

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new InvalidOperationException($"{start.FileName} cannot be started: {error.Message}", error);
        }
    }
}

using System.ComponentModel;
using System.Diagnostics;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>Attempts by real programs.</summary>
internal static class ProgramRuns
{
    /// <summary>Exit codes stand above all error numbers.</summary>
    public const int ExitCodes = 1000;

    /// <summary>Runs a program to its end; a failure of its own counts as a refusal.</summary>
    public static void Program(this AttemptRun run, string program, params string[] arguments)
    {
        run.Do(program, () =>
        {
            using Process process = Start(program, arguments);
            run.ActedBy(process.Id);
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromSeconds(4)))
            {
                process.Kill(entireProcessTree: true);
                run.Note = "it hung";
                return -ExitCodes;
            }

            if (process.ExitCode != 0)
            {
                run.Note = (error.Result + output.Result).Trim().Split('\n')[0];
            }

            return process.ExitCode == 0 ? 0 : -(ExitCodes + process.ExitCode);
        });
    }

    private static Process Start(string program, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException($"{program} is not installed");
        }
    }
}

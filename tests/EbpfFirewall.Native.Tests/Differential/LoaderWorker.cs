using System.Diagnostics;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Differential;

/// <summary>
/// This library in a process of its own, which loads one object after another; a new process takes over when it crashed or had to be
/// ended. It ends by itself when this process does, because its input ends.
/// </summary>
internal sealed class LoaderWorker
{
    private Process? _process;

    internal LoadOutcome Load(string path, string folder, TimeSpan limit)
    {
        Process process = _process ??= Start();
        process.StandardInput.WriteLine($"{path}\t{folder}");
        Task<string?> answer = process.StandardOutput.ReadLineAsync();
        if (!answer.Wait(limit))
        {
            End(process);
            return new LoadOutcome(false, IsDefect: true, $"did not end within {limit.TotalSeconds} s");
        }

        string[]? parts = answer.GetAwaiter().GetResult()?.Split('\t');
        if (parts is null)
        {
            string error = process.StandardError.ReadToEnd().ReplaceLineEndings(" ");
            End(process);
            return new LoadOutcome(false, IsDefect: true, error);
        }

        return parts is [LoaderProcess.Loaded] ? new LoadOutcome(true, false, "") : new LoadOutcome(false, false, parts[^1]);
    }

    private void End(Process process)
    {
        _process = null;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static Process Start()
    {
        // The test runner is dotnet itself, or the assembly's own host.
        string assembly = typeof(LoaderProcess).Assembly.Location;
        string[] arguments = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [assembly, "serve"] : ["serve"];
        ProcessStartInfo start = new(Environment.ProcessPath!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}

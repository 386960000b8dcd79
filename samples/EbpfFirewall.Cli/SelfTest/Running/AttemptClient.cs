using System.Diagnostics;
using System.Text.Json;
using EbpfFirewall.Cli.SelfTest.Attempts;

namespace EbpfFirewall.Cli.SelfTest.Running;

/// <summary>Where attempts are made: a process in one place, inside or outside of a sandbox, renewed when it has ended.</summary>
/// <param name="start">Starts the process there.</param>
internal sealed class AttemptClient(Func<ProcessStartInfo, Process> start) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private Process? _process;

    /// <summary>Id of the process that made the last attempt.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Its argument vector.</summary>
    public string CommandLine { get; private set; } = "";

    /// <summary>Has an attempt made.</summary>
    /// <param name="order">Which.</param>
    /// <param name="alone">In a process that nothing else is made in.</param>
    /// <returns>What came of it; without a step when the process did not survive it.</returns>
    public async Task<AttemptReport> MakeAsync(AttemptOrder order, bool alone)
    {
        if (alone || _process is null || _process.HasExited)
        {
            Restart();
        }

        Process process = _process!;
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order, MessageContext.Default.AttemptOrder));
        await process.StandardInput.FlushAsync();
        string? line = null;
        try
        {
            line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill();
        }

        AttemptReport report = line is null
            ? new AttemptReport(order.Id, [], Completed: false, await EndAsync(process), [])
            : JsonSerializer.Deserialize(line, MessageContext.Default.AttemptReport)!;
        if (alone || line is null)
        {
            Stop();
        }

        return report;
    }

    public void Dispose() => Stop();

    private static async Task<string> EndAsync(Process process)
    {
        await process.WaitForExitAsync();
        return process.ExitCode > 128 ? $"killed by signal {process.ExitCode - 128}" : $"ended with {process.ExitCode}";
    }

    private void Restart()
    {
        Stop();
        _process = start(OwnProgram.Command(AttemptProcess.Verb));
        ProcessId = _process.Id;
        CommandLine = File.ReadAllText($"/proc/{ProcessId}/cmdline").TrimEnd('\0').Replace('\0', ' ');
    }

    private void Stop()
    {
        if (_process is null)
        {
            return;
        }

        try
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(1)))
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
        }

        _process.Dispose();
        _process = null;
    }
}

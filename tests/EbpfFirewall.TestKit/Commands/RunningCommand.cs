using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using EbpfFirewall.TestKit.Interop;

namespace EbpfFirewall.TestKit.Commands;

/// <summary>A started command whose output can be watched while it runs. Disposing kills what is left of it.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class RunningCommand : IAsyncDisposable
{
    /// <summary>
    /// What stays unread when a descendant keeps the pipes open after the command itself has ended: nothing of
    /// interest comes later, so the wait for the end of the streams is short.
    /// </summary>
    private static readonly TimeSpan StreamGrace = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly Command _command;
    private readonly Process _process;
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Task _streams;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningCommand(Command command, Process process)
    {
        _command = command;
        _process = process;
        _streams = Task.WhenAll(
            PumpAsync(process.StandardOutput, _output),
            PumpAsync(process.StandardError, _error),
            WriteInputAsync());
    }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Standard output so far.</summary>
    public string Output => Read(_output);

    /// <summary>Standard error so far.</summary>
    public string Error => Read(_error);

    public static RunningCommand Start(Command command)
    {
        ProcessStartInfo start = new(command.FileName, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string name, string? value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        return new RunningCommand(command, Process.Start(start)!);
    }

    /// <summary>Sends a signal to the command itself, not to its children.</summary>
    public void Send(Signal signal) => _ = LibC.kill(ProcessId, (int)signal);

    /// <summary>Waits until standard output matches, and returns the match.</summary>
    /// <exception cref="TimeoutException">It did not within the command's timeout.</exception>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public Task<Match> WaitForOutputAsync(string pattern) => WaitForAsync(_output, pattern);

    /// <inheritdoc cref="WaitForOutputAsync"/>
    public Task<Match> WaitForErrorAsync(string pattern) => WaitForAsync(_error, pattern);

    /// <summary>Waits for the end.</summary>
    /// <exception cref="TimeoutException">It did not end within its timeout; it has been killed.</exception>
    public async Task<CommandResult> WaitAsync()
    {
        using CancellationTokenSource timeout = new(_command.Timeout);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            await DisposeAsync();
            throw new TimeoutException($"Not finished after {_command.Timeout.TotalSeconds:F0} s.\n{Result(-1)}");
        }

        TimeSpan elapsed = _elapsed.Elapsed;
        await Task.WhenAny(_streams, Task.Delay(StreamGrace));
        return Result(_process.ExitCode) with { Elapsed = elapsed };
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
    }

    private CommandResult Result(int exitCode) => new(_command.ToString(), exitCode, Output, Error, _elapsed.Elapsed);

    private string Read(StringBuilder text)
    {
        lock (_lock)
        {
            return text.ToString();
        }
    }

    private async Task<Match> WaitForAsync(StringBuilder text, string pattern)
    {
        DateTime deadline = DateTime.UtcNow + _command.Timeout;
        while (true)
        {
            Task changed = _changed.Task;
            bool ended = _streams.IsCompleted;
            Match match = Regex.Match(Read(text), pattern, RegexOptions.Multiline);
            if (match.Success)
            {
                return match;
            }

            if (ended)
            {
                throw new InvalidOperationException($"Ended without \"{pattern}\".\n{await WaitAsync()}");
            }

            TimeSpan left = deadline - DateTime.UtcNow;
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException($"No \"{pattern}\" within {_command.Timeout.TotalSeconds:F0} s.\n{Result(-1)}");
            }

            await Task.WhenAny(changed, _streams, Task.Delay(left));
        }
    }

    private async Task PumpAsync(StreamReader reader, StringBuilder text)
    {
        char[] buffer = new char[4096];
        while (true)
        {
            int count = await reader.ReadAsync(buffer);
            if (count == 0)
            {
                return;
            }

            TaskCompletionSource changed;
            lock (_lock)
            {
                text.Append(buffer, 0, count);
                changed = _changed;
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            changed.SetResult();
        }
    }

    private async Task WriteInputAsync()
    {
        try
        {
            await _process.StandardInput.WriteAsync(_command.Input);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of its input, which is its right.
        }
    }
}

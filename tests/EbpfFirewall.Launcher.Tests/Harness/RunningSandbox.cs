using System.Diagnostics;
using System.IO.Pipes;
using System.Text;

namespace EbpfFirewall.Launcher.Tests.Harness;

/// <summary>A launcher that was started, with its status pipe. One owner.</summary>
internal sealed class RunningSandbox : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly AnonymousPipeServerStream _status;
    private readonly Task<byte[]> _statusBytes;
    private readonly Task<string> _error;

    private RunningSandbox(Process process, AnonymousPipeServerStream status)
    {
        _process = process;
        _status = status;
        _statusBytes = Task.Run(CollectStatusAsync);
        _error = process.StandardError.ReadToEndAsync();
    }

    public int Pid => _process.Id;

    public StreamWriter Input => _process.StandardInput;

    public static RunningSandbox Start(Sandbox sandbox, string[] command)
    {
        var status = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        string path = $"/proc/{Environment.ProcessId}/fd/{status.GetClientHandleAsString()}";
        string[] arguments = sandbox.Arguments(path, command);
        var startInfo = new ProcessStartInfo(arguments[0], arguments[1..])
        {
            RedirectStandardInput = sandbox.RedirectInput,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = sandbox.WorkingDirectory ?? "/",
        };
        if (sandbox.Environment is not null)
        {
            startInfo.Environment.Clear();
            foreach ((string name, string value) in sandbox.Environment)
            {
                startInfo.Environment[name] = value;
            }
        }

        return new RunningSandbox(StarterThread.Start(startInfo), status);
    }

    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(_patience);

    /// <summary>All that came through the status pipe, once its end is reached.</summary>
    public Task<byte[]> ReadStatusAsync() => _statusBytes.WaitAsync(_patience);

    public async Task<SandboxResult> WaitAsync()
    {
        var output = new MemoryStream();
        if (_process.StartInfo.RedirectStandardInput)
        {
            _process.StandardInput.Close();
        }

        await _process.StandardOutput.BaseStream.CopyToAsync(output).WaitAsync(_patience);
        await _process.WaitForExitAsync().WaitAsync(_patience);
        return new SandboxResult(_process.ExitCode, await ReadStatusAsync(), output.ToArray(), await _error.WaitAsync(_patience));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
        _status.Dispose();
    }

    /// <summary>Our writing end stays open until the launcher has opened its own, or has ended without.</summary>
    private async Task<byte[]> CollectStatusAsync()
    {
        byte[] first = new byte[1];
        Task<int> opened = _status.ReadAsync(first).AsTask();
        await Task.WhenAny(opened, _process.WaitForExitAsync());
        _status.DisposeLocalCopyOfClientHandle();
        if (await opened == 0)
        {
            return [];
        }

        var bytes = new MemoryStream();
        bytes.Write(first);
        await _status.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}

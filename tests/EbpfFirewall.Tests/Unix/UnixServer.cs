using System.Diagnostics;

namespace EbpfFirewall.Tests.Unix;

/// <summary>A unix socket that somebody serves, in a sandbox or outside every one.</summary>
internal sealed class UnixServer : IDisposable
{
    private readonly Process _process;

    private UnixServer(Process process) => _process = process;

    internal static Task<UnixServer> StartOutsideAsync(string name, string kind = "stream") => StartAsync(name, kind, startInfo => Process.Start(startInfo)!);

    internal static Task<UnixServer> StartAsync(ISandbox sandbox, string name, string kind = "stream") => StartAsync(name, kind, sandbox.Start);

    private static async Task<UnixServer> StartAsync(string name, string kind, Func<ProcessStartInfo, Process> start)
    {
        ProcessStartInfo startInfo = UnixProbe.Command($"serve {name} {kind}");
        startInfo.RedirectStandardInput = true;
        startInfo.RedirectStandardOutput = true;
        Process process = start(startInfo);
        string? line = await process.StandardOutput.ReadLineAsync();
        return line == "ready" ? new UnixServer(process) : throw new InvalidOperationException($"unix.py: {line}");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}

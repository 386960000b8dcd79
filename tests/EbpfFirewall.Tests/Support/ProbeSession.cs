using System.Diagnostics;
using System.Globalization;

namespace EbpfFirewall.Tests.Support;

/// <summary>Probes/net.py that waits for its next step.</summary>
internal sealed class ProbeSession : IDisposable
{
    private readonly Process _process;

    private ProbeSession(Process process) => _process = process;

    /// <summary>Starts it outside any sandbox.</summary>
    internal static Task<ProbeSession> StartOutsideAsync() => StartAsync(startInfo => Process.Start(startInfo)!);

    internal static Task<ProbeSession> StartAsync(ISandbox sandbox) => StartAsync(sandbox.Start);

    internal static Task<ProbeSession> StartAsync(Func<ProcessStartInfo, Process> start) => StartAsync(start, Probe.Command());

    /// <summary>Starts it by another program.</summary>
    internal static Task<ProbeSession> StartAsync(Func<ProcessStartInfo, Process> start, string program) => StartAsync(start, Probe.CommandOf(program));

    private static async Task<ProbeSession> StartAsync(Func<ProcessStartInfo, Process> start, ProcessStartInfo startInfo)
    {
        startInfo.RedirectStandardInput = true;
        startInfo.RedirectStandardOutput = true;
        var session = new ProbeSession(start(startInfo));
        await session._process.StandardOutput.ReadLineAsync();
        return session;
    }

    /// <summary>Goes into a cgroup: what it does next is done there.</summary>
    internal void MoveTo(string cgroupPath) =>
        File.WriteAllText(Path.Combine(cgroupPath, "cgroup.procs"), _process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Takes a step; returns what came of it.</summary>
    internal async Task<string> DoAsync(string step)
    {
        await _process.StandardInput.WriteLineAsync(step);
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"net.py ended at \"{step}\".");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}

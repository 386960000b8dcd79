using System.Diagnostics;
using System.Globalization;

namespace EbpfFirewall.DatapathBench;

/// <summary>traffic.c's server.</summary>
internal sealed class TrafficServer : IDisposable
{
    private readonly Process _process;

    internal TrafficServer(string program, string networkPath)
    {
        _process = Process.Start(new ProcessStartInfo("nsenter", [$"--net={networkPath}", program, "serve", NetworkPair.ServerAddress])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string[] words = (_process.StandardOutput.ReadLine() ?? "").Split(' ');
        Roles = words[0] == "ready"
            ? [.. words.Skip(1).Select(static word => int.Parse(word, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException("The server of the bench's traffic did not start.");
    }

    /// <summary>The processes that do the work.</summary>
    internal IReadOnlyList<int> Roles { get; }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}

using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Core.Tests.Support;

namespace EbpfFirewall.Tests.Support;

/// <summary>Probes/connects.c: tries destinations without pause, and listens for them.</summary>
internal sealed class Connects : IDisposable
{
    private static readonly Lazy<string> Program = new(Compile);
    private readonly Process _process;

    private Connects(Process process)
    {
        _process = process;
        FirstLine = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("connects ended before it began.");
    }

    /// <summary>What it said when it was ready.</summary>
    private string FirstLine { get; }

    /// <summary>The port on which <see cref="Listen"/> accepts.</summary>
    internal int Port => int.Parse(FirstLine, CultureInfo.InvariantCulture);

    /// <summary>Listens on all addresses, and records what goes to two of them.</summary>
    internal static Connects Listen(string hidden4, string hidden6) => new(Process.Start(Command("listen", hidden4, hidden6))!);

    /// <summary>Tries destinations ("class=address") until it is asked what came of it.</summary>
    internal static Connects Try(Func<ProcessStartInfo, Process> start, int port, params string[] destinations) =>
        new(start(Command(["try", port.ToString(CultureInfo.InvariantCulture), .. destinations])));

    /// <summary>Sends to ever new addresses for a time; it ends by itself.</summary>
    internal static ProcessStartInfo Flood(string first, double seconds) => Command("flood", first, seconds.ToString(CultureInfo.InvariantCulture));

    /// <summary>Ends it; what it has counted, a line each.</summary>
    internal string[] End()
    {
        _process.StandardInput.Close();
        string output = _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();
        _process.ExitCode.Should().Be(0);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static ProcessStartInfo Command(params string[] arguments) =>
        new(Program.Value, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };

    private static string Compile()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "connects");
        string source = RepositoryFiles.PathOf("tests", "EbpfFirewall.Tests", "Probes", "connects.c");
        Shell.Output($"clang-19 -O2 -Wall -Wextra -Werror -o '{program}' '{source}'");
        return program;
    }
}

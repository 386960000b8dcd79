using System.Diagnostics;

namespace EbpfFirewall.Tests.Support;

/// <summary>Probes/net.py: does on the network what its arguments say.</summary>
internal static class Probe
{
    private const string Python = "/usr/bin/python3";
    private static readonly string Script = ReadScript();

    internal static ProcessStartInfo Command(params string[] steps) => CommandOf(Python, steps);

    /// <summary>The same by another program, a copy of Python or what starts one.</summary>
    internal static ProcessStartInfo CommandOf(string program, params string[] steps) => new(program, ["-ISc", Script, .. steps]);

    internal static Task<string[]> RunAsync(ISandbox sandbox, params string[] steps) => RunAsync(sandbox, Command(steps), steps);

    internal static Task<string[]> RunByAsync(ISandbox sandbox, string program, params string[] steps) =>
        RunAsync(sandbox, CommandOf(program, steps), steps);

    private static async Task<string[]> RunAsync(ISandbox sandbox, ProcessStartInfo command, string[] steps)
    {
        Output output = await Output.OfAsync(sandbox, command);
        string[] results = output.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return output.ExitCode == 0 && results.Length == steps.Length
            ? results
            : throw new InvalidOperationException($"net.py ended with {output.ExitCode}: {output.Error}");
    }

    private static string ReadScript()
    {
        using Stream stream = typeof(Probe).Assembly.GetManifestResourceStream("net.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

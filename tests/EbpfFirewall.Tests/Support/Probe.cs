using System.Diagnostics;

namespace EbpfFirewall.Tests.Support;

/// <summary>Probes/net.py: does on the network what its arguments say.</summary>
internal static class Probe
{
    private const string Python = "/usr/bin/python3";
    private static readonly string Script = ReadScript();

    internal static ProcessStartInfo Command(params string[] steps) => new(Python, ["-ISc", Script, .. steps]);

    internal static async Task<string[]> RunAsync(ISandbox sandbox, params string[] steps)
    {
        Output output = await Output.OfAsync(sandbox, Command(steps));
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

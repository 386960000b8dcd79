using System.Diagnostics;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Unix;

/// <summary>Probes/unix.py: tries unix sockets as its arguments say.</summary>
internal static class UnixProbe
{
    private const string Python = "/usr/bin/python3";
    private static readonly string Script = ReadScript();

    /// <summary>Takes steps, each a name with its arguments between blanks.</summary>
    internal static ProcessStartInfo Command(params string[] steps) =>
        new(Python, ["-ISc", Script, .. steps.SelectMany((step, i) => i == 0 ? step.Split(' ') : ["--", .. step.Split(' ')])]);

    /// <summary>Takes steps in a sandbox; returns what came of each.</summary>
    internal static async Task<string[]> RunAsync(ISandbox sandbox, params string[] steps)
    {
        Output output = await Output.OfAsync(sandbox, Command(steps));
        string[] results = output.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return output.ExitCode == 0 && results.Length == steps.Length
            ? results
            : throw new InvalidOperationException($"unix.py ended with {output.ExitCode}: {output.Out} {output.Error}");
    }

    private static string ReadScript()
    {
        using Stream stream = typeof(UnixProbe).Assembly.GetManifestResourceStream("unix.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

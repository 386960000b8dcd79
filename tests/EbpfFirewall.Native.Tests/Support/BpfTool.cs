using System.Diagnostics;
using System.Text.Json;

namespace EbpfFirewall.Native.Tests.Support;

/// <summary>bpftool as an independent witness.</summary>
internal static class BpfTool
{
    internal static JsonElement Run(params string[] arguments)
    {
        ProcessStartInfo start = new("bpftool", ["-j", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process tool = Process.Start(start)!;
        _ = tool.StandardError.ReadToEndAsync();
        string output = tool.StandardOutput.ReadToEnd();
        tool.WaitForExit();
        return string.IsNullOrWhiteSpace(output) ? default : JsonDocument.Parse(output).RootElement;
    }
}

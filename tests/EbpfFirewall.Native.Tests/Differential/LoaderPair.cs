using System.Diagnostics;
using System.Text.Json;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Differential;

/// <summary>Loads an object with this library and with bpftool, each in a process of its own, and asks bpftool what came of both.</summary>
internal static class LoaderPair
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly Lazy<string> NewestTool = new(FindTool);

    // Where starting a process takes seconds: under emulation.
    private static readonly bool InProcess = Environment.GetEnvironmentVariable("EFW_LOADER_IN_PROCESS") == "1";

    internal static string Tool => NewestTool.Value;

    internal static Comparison Compare(string path, TestBpfFolder folder)
    {
        string ours = folder["ours"];
        string theirs = folder["theirs"];
        BpfFileSystem.MakeDirectory(ours);
        BpfFileSystem.MakeDirectory(theirs);
        try
        {
            LoadOutcome first = InProcess
                ? LoadHere(path, ours)
                : Run(LoaderProcess.Command[0], [.. LoaderProcess.Command[1..], "load", path, ours], isTool: false);
            LoadOutcome second = Run(Tool, ["prog", "loadall", path, theirs + "/p", "pinmaps", theirs + "/m"], isTool: true);
            bool hasAllMaps = second.IsLoaded;
            if (!second.IsLoaded)
            {
                // Maps that pin themselves cannot be pinned a second time.
                BpfFileSystem.RemoveTree(theirs);
                BpfFileSystem.MakeDirectory(theirs);
                second = Run(Tool, ["prog", "loadall", path, theirs + "/p"], isTool: true);
            }

            (List<string> our, List<string> their) = first.IsLoaded && second.IsLoaded ? Contents(ours, theirs, hasAllMaps) : ([], []);
            return new Comparison(Path.GetFileName(path), first, second, our, their);
        }
        finally
        {
            BpfFileSystem.RemoveTree(ours);
            BpfFileSystem.RemoveTree(theirs);
            RemoveNamedPins(path, Path.GetDirectoryName(folder.Path)!);
        }
    }

    private static LoadOutcome LoadHere(string path, string folder)
    {
        try
        {
            LoaderProcess.Load(path, folder);
            return new LoadOutcome(true, false, "");
        }
        catch (Exception refusal) when (refusal is BpfException or BpfFormatException or InvalidOperationException)
        {
            return new LoadOutcome(false, false, refusal.Message);
        }
    }

    private static LoadOutcome Run(string program, string[] arguments, bool isTool)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            process.WaitForExit();
            return new LoadOutcome(false, IsDefect: !isTool, $"did not end within {Limit.TotalSeconds} s");
        }

        string text = errors.GetAwaiter().GetResult();
        _ = output.GetAwaiter().GetResult();
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string message = isTool
            ? lines.FirstOrDefault(static l => !l.Contains("legacy option", StringComparison.Ordinal) && !l.StartsWith("Warning", StringComparison.Ordinal)) ?? ""
            : string.Join(' ', lines);
        return process.ExitCode == 0
            ? new LoadOutcome(true, false, "")
            : new LoadOutcome(false, !isTool && process.ExitCode != LoaderProcess.Refused, message);
    }

    /// <summary>Programs by name, type, tag and size; the tag is a hash of the relocated instructions. Maps by all their properties.</summary>
    private static (List<string> Ours, List<string> Theirs) Contents(string ours, string theirs, bool hasAllMaps)
    {
        JsonElement programs = BpfTool.Run("-f", "prog", "show");
        JsonElement maps = BpfTool.Run("-f", "map", "show");
        return (Of(ours), Of(theirs));

        List<string> Of(string folder)
        {
            List<string> found = [];
            HashSet<uint> used = [];
            foreach (JsonElement program in programs.EnumerateArray().Where(p => IsBelow(p, folder)))
            {
                found.Add($"{Text(program, "name")} ({Text(program, "type")}) {Text(program, "tag")} {Text(program, "bytes_xlated")} B");
                if (program.TryGetProperty("map_ids", out JsonElement ids))
                {
                    used.UnionWith(ids.EnumerateArray().Select(static i => i.GetUInt32()));
                }
            }

            foreach (JsonElement map in maps.EnumerateArray())
            {
                if (used.Contains(map.GetProperty("id").GetUInt32()) || (hasAllMaps && IsBelow(map, folder)))
                {
                    found.Add($"map {Text(map, "name")} ({Text(map, "type")}) {Text(map, "bytes_key")}/{Text(map, "bytes_value")}/{Text(map, "max_entries")} flags {Text(map, "flags")} frozen {Text(map, "frozen")}");
                }
            }

            found.Sort(StringComparer.Ordinal);
            return found;
        }
    }

    private static bool IsBelow(JsonElement item, string folder) => item.TryGetProperty("pinned", out JsonElement pins)
        && pins.EnumerateArray().Any(p => p.GetString()!.StartsWith(folder + "/", StringComparison.Ordinal));

    private static string Text(JsonElement item, string property) => item.TryGetProperty(property, out JsonElement value) ? value.ToString() : "-";

    /// <summary>libbpf pins maps that ask for it at the root of the file system, where they would meet the next object.</summary>
    private static void RemoveNamedPins(string path, string root)
    {
        try
        {
            foreach (BpfMapSpec map in BpfObjectSpec.Parse(File.ReadAllBytes(path)).Maps.Values.Where(static m => m.PinByName))
            {
                BpfFileSystem.Unpin(Path.Combine(root, BpfFileSystem.SafeName(map.Name)));
            }
        }
        catch (BpfFormatException)
        {
            // What does not parse here may have left a pin; nothing else knows its name.
        }
    }

    private static string FindTool()
    {
        if (Environment.GetEnvironmentVariable("EFW_BPFTOOL") is { Length: > 0 } named)
        {
            return named;
        }

        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(Directory.GetDirectories("/usr/lib", "linux-tools*").SelectMany(static d => Directory.GetDirectories(d).Prepend(d)));
        return folders.Select(static f => Path.Combine(f, "bpftool")).Where(File.Exists).Distinct().MaxBy(VersionOf) ?? "bpftool";
    }

    private static Version VersionOf(string tool)
    {
        ProcessStartInfo start = new(tool, ["version"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string line = process.StandardOutput.ReadLine() ?? "";
        process.WaitForExit();
        return Version.TryParse(line.Split(" v").Last(), out Version? version) ? version : new Version(0, 0);
    }
}

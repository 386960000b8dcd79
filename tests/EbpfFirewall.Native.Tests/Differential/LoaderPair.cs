using System.Diagnostics;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Differential;

/// <summary>Loads an object with this library and with bpftool, each in a process of its own with a limit, and asks the kernel what came of both.</summary>
internal static class LoaderPair
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // What libbpf says on the way to the reason.
    private static readonly string[] Remarks = ["legacy option", "Warning", "skipping unrecognized data section", "Retrying without BTF"];
    private static readonly Lazy<string> NewestTool = new(FindTool);
    private static readonly LoaderWorker Worker = new();

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
            LoadOutcome first = InProcess ? LoadHere(path, ours) : Worker.Load(path, ours, Limit);
            LoadOutcome second = RunTool("prog", "loadall", path, theirs + "/p", "pinmaps", theirs + "/m");
            bool hasAllMaps = second.IsLoaded;
            if (second.Message.Contains("pin", StringComparison.Ordinal))
            {
                // Maps that pin themselves cannot be pinned a second time.
                BpfFileSystem.RemoveTree(theirs);
                BpfFileSystem.MakeDirectory(theirs);
                second = RunTool("prog", "loadall", path, theirs + "/p");
            }

            return first.IsLoaded && second.IsLoaded
                ? new Comparison(Path.GetFileName(path), first, second, Contents(ours, hasAllMaps), Contents(theirs, hasAllMaps))
                : new Comparison(Path.GetFileName(path), first, second, [], []);
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

    private static LoadOutcome RunTool(params string[] arguments)
    {
        ProcessStartInfo start = new(Tool, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            process.WaitForExit();
            return new LoadOutcome(false, IsDefect: false, $"did not end within {Limit.TotalSeconds} s");
        }

        string[] lines = errors.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _ = output.GetAwaiter().GetResult();
        string message = lines.FirstOrDefault(static l => !Array.Exists(Remarks, r => l.Contains(r, StringComparison.Ordinal))) ?? "";
        return process.ExitCode == 0 ? new LoadOutcome(true, false, "") : new LoadOutcome(false, IsDefect: false, message);
    }

    /// <summary>Programs by name, type, tag and size; the tag is a hash of the relocated instructions. Maps by all their properties.</summary>
    private static List<string> Contents(string folder, bool hasAllMaps)
    {
        List<string> found = [];
        foreach (string pin in Pins(folder, "p"))
        {
            using BpfProgram program = BpfProgram.OpenPinned(pin);
            BpfProgramInfo info = program.GetInfo();
            found.Add($"{info.Name} ({info.Type}) {info.Tag} {info.TranslatedSizeBytes} B");
        }

        foreach (string pin in hasAllMaps ? Pins(folder, "m") : [])
        {
            using BpfMap map = BpfMap.OpenPinned(pin);
            BpfMapInfo info = map.GetInfo();

            // Which data sections can be mapped changed from one libbpf to the next; this library maps those of static variables, too.
            BpfMapFlags flags = info.Type == BpfMapType.Array ? info.Flags & ~BpfMapFlags.Mmapable : info.Flags;
            found.Add($"map {info.Name} ({info.Type}) {info.KeySize}/{info.ValueSize}/{info.MaxEntries} flags {flags} frozen {info.IsFrozen}");
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static string[] Pins(string folder, string kind) =>
        Path.Combine(folder, kind) is var path && Directory.Exists(path) ? Directory.GetFiles(path) : [];

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

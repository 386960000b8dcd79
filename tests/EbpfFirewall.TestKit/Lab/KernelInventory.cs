using System.Text.Json;
using EbpfFirewall.TestKit.Commands;

namespace EbpfFirewall.TestKit.Lab;

/// <summary>
/// What a sandbox may leave behind: BPF links, programs, maps and pins, cgroups of the machine; processes and listening sockets
/// of one namespace.
/// </summary>
public static class KernelInventory
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>The first mount of cgroup2, wherever the machine has it.</summary>
    public static string Cgroup2Mount { get; } = File.ReadLines("/proc/self/mountinfo")
        .Select(line => line.Split(' '))
        .First(fields => fields[Array.IndexOf(fields, "-") + 1] == "cgroup2")[4];

    /// <summary>One entry a thing, such as <c>link 17</c> or <c>cgroup /…</c>.</summary>
    public static async Task<HashSet<string>> CaptureAsync(NetworkNamespace network)
    {
        HashSet<string> things = [];
        foreach (string kind in new[] { "link", "prog", "map" })
        {
            CommandResult list = (await CommandRunner.RunAsync("bpftool", "--json", kind, "show")).EnsureSuccess();
            using JsonDocument document = JsonDocument.Parse(list.Output);
            things.UnionWith(document.RootElement.EnumerateArray().Select(item => $"{kind} {Describe(item)}"));
        }

        things.UnionWith(Walk("/sys/fs/bpf", directories: false).Select(path => $"pin {path}"));
        things.UnionWith(Walk(Cgroup2Mount, directories: true).Select(path => $"cgroup {path}"));
        things.UnionWith((await network.GetProcessesAsync()).Select(pid => $"process {pid} {CommandLine(pid)}"));
        things.UnionWith(network.Run(Listeners).Select(port => $"listener {port}"));
        return things;
    }

    /// <summary>
    /// What is there now, was not there before, and stays. Other test runs on the machine come and go; what they have for a moment
    /// does not count.
    /// </summary>
    public static async Task<string[]> FindLeftoversAsync(NetworkNamespace network, HashSet<string> before, TimeSpan patience)
    {
        DateTime deadline = DateTime.UtcNow + patience;
        HashSet<string> leftovers = await CaptureAsync(network);
        leftovers.ExceptWith(before);
        while (leftovers.Count > 0 && DateTime.UtcNow < deadline)
        {
            await Task.Delay(PollInterval);
            leftovers.IntersectWith(await CaptureAsync(network));
        }

        return [.. leftovers.Order()];
    }

    /// <summary>The UDP and TCP ports on which something listens, as "udp PORT" and "tcp PORT".</summary>
    public static string[] Listeners() =>
    [
        // /proc/net would be that of the main thread.
        .. from protocol in new[] { "tcp", "tcp6", "udp", "udp6" }
           from line in File.ReadLines($"/proc/thread-self/net/{protocol}").Skip(1)
           let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
           where fields[3] == (protocol.StartsWith("tcp", StringComparison.Ordinal) ? "0A" : "07")
           let port = Convert.ToInt32(fields[1].Split(':')[1], 16)
           select $"{protocol} {port}",
    ];

    private static string Describe(JsonElement item) => item.TryGetProperty("name", out JsonElement name)
        ? $"{item.GetProperty("id").GetInt32()} {name.GetString()}"
        : $"{item.GetProperty("id").GetInt32()}";

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Entries may vanish while they are listed.</summary>
    private static List<string> Walk(string root, bool directories)
    {
        List<string> found = [];
        try
        {
            foreach (string directory in Directory.GetDirectories(root))
            {
                if (directories)
                {
                    found.Add(directory);
                }

                found.AddRange(Walk(directory, directories));
            }

            if (!directories)
            {
                found.AddRange(Directory.GetFiles(root));
            }
        }
        catch (IOException)
        {
            // Gone meanwhile, with all that was in it.
        }

        return found;
    }
}

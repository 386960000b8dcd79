namespace EbpfFirewall.TestKit.Lab;

/// <summary>
/// What a sandbox may leave behind: BPF links, programs, maps and pins, cgroups of the machine; processes and listening sockets
/// of one namespace.
/// </summary>
public static class KernelInventory
{
    private const string BpfFileSystem = "/sys/fs/bpf";

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
            things.UnionWith((await BpfObjects.ListAsync(kind)).Select(item => $"{kind} {BpfObjects.Id(item)}"));
        }

        things.UnionWith(Walk(BpfFileSystem, directories: false).Select(path => $"pin {path}"));
        things.UnionWith(Walk(Cgroup2Mount, directories: true).Select(path => $"cgroup {path}"));
        things.UnionWith((await network.GetProcessesAsync()).Select(pid => $"process {pid} {CommandLine(pid)}"));
        things.UnionWith(network.Run(Listeners).Select(port => $"listener {port}"));
        return things;
    }

    /// <summary>
    /// What is there now, was not there before, and stays. What other test runs on the machine have at the moment does not count:
    /// it belongs to cgroups with processes in them that are not of this network, or it goes away by itself.
    /// </summary>
    public static async Task<string[]> FindLeftoversAsync(NetworkNamespace network, HashSet<string> before, TimeSpan patience)
    {
        DateTime deadline = DateTime.UtcNow + patience;
        HashSet<string> leftovers = await CaptureAsync(network);
        leftovers.ExceptWith(before);
        leftovers.ExceptWith(await FindForeignAsync(network));
        while (leftovers.Count > 0 && DateTime.UtcNow < deadline)
        {
            await Task.Delay(PollInterval);
            leftovers.IntersectWith(await CaptureAsync(network));
            leftovers.ExceptWith(await FindForeignAsync(network));
        }

        return [.. leftovers.Order()];
    }

    /// <summary>The cgroups in which somebody else's processes run, and all that hangs on them.</summary>
    private static async Task<HashSet<string>> FindForeignAsync(NetworkNamespace network)
    {
        int[] own = await network.GetProcessesAsync();
        string[] cgroups =
        [
            .. Walk(Cgroup2Mount, directories: true).Where(path => Processes(path) is { Length: > 0 } pids && !pids.Intersect(own).Any()),
        ];
        HashSet<string> foreign = [.. cgroups.Select(path => $"cgroup {path}")];
        foreign.UnionWith(await BpfObjects.FindAttachedAsync(cgroups));

        // Pins stand in a directory that is named like the cgroup.
        HashSet<string?> names = [.. cgroups.Select(Path.GetFileName)];
        foreign.UnionWith(Walk(BpfFileSystem, directories: false)
            .Where(path => names.Contains(Path.GetFileName(Path.GetDirectoryName(path))))
            .Select(path => $"pin {path}"));
        return foreign;
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

    private static int[] Processes(string cgroup)
    {
        try
        {
            return [.. File.ReadLines(Path.Combine(cgroup, "cgroup.procs")).Select(int.Parse)];
        }
        catch (IOException)
        {
            return [];
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

using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Native;

namespace EbpfFirewall.Sandboxes;

/// <summary>The cgroup2 directory of a sandbox, cgroups(7).</summary>
internal sealed class SandboxCgroup(string path)
{
    private const int SigKill = 9;
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    public string Path { get; } = path;

    /// <summary>True while there is a process in it or below.</summary>
    public bool HasProcesses => Directory.Exists(Path) && Processes().Count > 0;

    /// <summary>Makes the cgroup below our own: what governs us governs it, too.</summary>
    /// <exception cref="EgressFirewallException">There is no cgroup2 hierarchy, or it cannot be written.</exception>
    public static SandboxCgroup Create(SandboxId id)
    {
        string path = System.IO.Path.Combine(OwnPath(), id.ToString());
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EgressFirewallException(
                ErrorCodes.CgroupUnavailable,
                $"the cgroup {path} could not be made: {error.Message} In a container, mount cgroup2 writable; elsewhere run as root.",
                error);
        }

        return new SandboxCgroup(path);
    }

    /// <summary>Paths of all sandboxes' cgroups on this host.</summary>
    public static IEnumerable<string> FindAll() =>
        Directory.EnumerateDirectories(MountPath(), "efw-*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = 0,
        });

    /// <summary>Thread-group ids of the processes in it and below.</summary>
    public HashSet<int> Processes()
    {
        var processes = new HashSet<int>();
        foreach (string directory in Directories())
        {
            try
            {
                foreach (string line in File.ReadLines(System.IO.Path.Combine(directory, "cgroup.procs")))
                {
                    processes.Add(int.Parse(line, CultureInfo.InvariantCulture));
                }
            }
            catch (IOException)
            {
                // Gone since it was listed, or threaded: then its processes are listed above it.
            }
        }

        return processes;
    }

    /// <summary>Ends every process in it and waits until none is left.</summary>
    /// <returns>False when some do not end, such as those in uninterruptible sleep.</returns>
    public bool TryEndProcesses()
    {
        long start = Stopwatch.GetTimestamp();
        int waitMs = 1;
        while (HasProcesses)
        {
            EndOnce();
            if (Stopwatch.GetElapsedTime(start) > EndTimeout)
            {
                return false;
            }

            Thread.Sleep(waitMs);
            waitMs = Math.Min(waitMs * 2, 20);
        }

        return true;
    }

    /// <summary>Removes the directory, the cgroups that its processes made below first.</summary>
    public void Remove()
    {
        foreach (string directory in Directories().OrderByDescending(directory => directory.Length))
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory);
            }
        }
    }

    private static string MountPath() =>
        Cgroup2.FindMount() ?? throw new EgressFirewallException(
            ErrorCodes.CgroupUnavailable,
            "there is no cgroup2 hierarchy on this host. Mount one: mount -t cgroup2 none /sys/fs/cgroup/unified (or boot with it, as current distributions do).");

    private static string OwnPath() => System.IO.Path.Join(MountPath(), Cgroup2.FindPathOf() ?? "/");

    private List<string> Directories() => Directory.Exists(Path)
        ? [Path, .. Directory.EnumerateDirectories(Path, "*", SearchOption.AllDirectories)]
        : [];

    // cgroup.kill ends the whole tree at once, fork bombs too; kernels before 5.14 do not have it.
    private void EndOnce()
    {
        string kill = System.IO.Path.Combine(Path, "cgroup.kill");
        if (File.Exists(kill))
        {
            File.WriteAllText(kill, "1");
            return;
        }

        foreach (int process in Processes())
        {
            LinuxProcess.Signal(process, SigKill);
        }
    }
}

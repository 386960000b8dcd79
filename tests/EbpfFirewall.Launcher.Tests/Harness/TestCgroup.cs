using System.Globalization;

namespace EbpfFirewall.Launcher.Tests.Harness;

/// <summary>A cgroup of one test, directly below the cgroup2 root. Whatever is left in it dies with it.</summary>
internal sealed class TestCgroup : IDisposable
{
    public TestCgroup()
    {
        Name = "efw-launcher-test-" + Guid.NewGuid().ToString("N")[..12];
        FullPath = Path.Combine(MountPoint, Name);
        Directory.CreateDirectory(FullPath);
    }

    public static string MountPoint { get; } = FindMountPoint();

    public string Name { get; }

    public string FullPath { get; }

    public int[] Members => Array.ConvertAll(
        File.ReadAllLines(Path.Combine(FullPath, "cgroup.procs")), line => int.Parse(line, CultureInfo.InvariantCulture));

    /// <summary>The cgroup2 path of a process, as this process sees it.</summary>
    public static string PathOf(int pid) =>
        Array.Find(File.ReadAllLines($"/proc/{pid}/cgroup"), line => line.StartsWith("0::", StringComparison.Ordinal))![3..];

    public bool Governs(int pid)
    {
        string path = PathOf(pid);
        return path == "/" + Name || path.StartsWith($"/{Name}/", StringComparison.Ordinal);
    }

    public void Dispose()
    {
        File.WriteAllText(Path.Combine(FullPath, "cgroup.kill"), "1");
        SpinWait.SpinUntil(() => IsEmpty(FullPath), TimeSpan.FromSeconds(10));
        Remove(FullPath);
    }

    private static bool IsEmpty(string path) =>
        File.ReadAllText(Path.Combine(path, "cgroup.events")).Contains("populated 0", StringComparison.Ordinal);

    private static void Remove(string path)
    {
        foreach (string child in Directory.GetDirectories(path))
        {
            Remove(child);
        }

        Directory.Delete(path);
    }

    private static string FindMountPoint()
    {
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            string[] fields = line.Split(' ');
            int separator = Array.IndexOf(fields, "-");
            if (fields[separator + 1] == "cgroup2" && fields[3] == "/")
            {
                return fields[4];
            }
        }

        throw new InvalidOperationException("No cgroup2 is mounted.");
    }
}

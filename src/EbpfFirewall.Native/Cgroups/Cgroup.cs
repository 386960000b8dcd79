using System.Globalization;
using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

/// <summary>A control group of the v2 hierarchy.</summary>
/// <remarks>Safe for concurrent use. Disposing closes the directory; the cgroup itself stays until it is removed.</remarks>
public sealed class Cgroup : IDisposable
{
    private const int Sigkill = 9;

    private Cgroup(string path, SafeFileHandle handle, ulong id)
    {
        Path = path;
        Handle = handle;
        Id = id;
    }

    /// <summary>Path of its directory in the file system.</summary>
    public string Path { get; }

    /// <summary>Its directory, open: what programs attach to. A cgroup that is removed and made anew is another one.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>The id that programs see (bpf_get_current_cgroup_id) and links report.</summary>
    public ulong Id { get; }

    /// <summary>True while a process is in it or in one of its descendants; false, too, when it is gone.</summary>
    public bool IsPopulated => ReadFile("cgroup.events").Contains("populated 1", StringComparison.Ordinal);

    /// <summary>Opens a cgroup.</summary>
    /// <param name="path">Its directory, absolute.</param>
    /// <exception cref="BpfException">It does not exist.</exception>
    /// <exception cref="ArgumentException">It is not on a cgroup2 file system.</exception>
    public static Cgroup Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        const long Magic = 0x63677270;
        SafeFileHandle handle = LibC.OpenDirectory(path);
        if (LibC.FileSystemType(path) != Magic)
        {
            handle.Dispose();
            throw new ArgumentException($"'{path}' is not on a cgroup2 file system.", nameof(path));
        }

        int result = LibC.KernfsId(handle, out ulong id);
        if (result < 0)
        {
            handle.Dispose();
            throw new BpfException((Errno)(-result), $"read the id of cgroup '{path}'");
        }

        return new Cgroup(path, handle, id);
    }

    /// <summary>Opens a cgroup, made first if it is not there. Its parent must exist.</summary>
    /// <exception cref="BpfException">It cannot be made.</exception>
    public static Cgroup Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        const uint Mode = 0b111_101_101;
        int result = LibC.MakeDirectory(path, Mode);
        return result < 0 && result != -(int)Errno.EEXIST
            ? throw new BpfException((Errno)(-result), $"make cgroup '{path}'")
            : Open(path);
    }

    /// <summary>Opens the cgroup of a process.</summary>
    /// <param name="pid">The process; null for this one.</param>
    /// <exception cref="InvalidOperationException">There is no cgroup2 mount, or the process is gone.</exception>
    public static Cgroup OpenOfProcess(int? pid = null)
    {
        string mount = Cgroup2.FindMount() ?? throw new InvalidOperationException("No cgroup2 file system is mounted.");
        string path = Cgroup2.FindPathOf(pid) ?? throw new InvalidOperationException("The process is gone, or in no cgroup v2.");
        return Open(path == "/" ? mount : mount + path);
    }

    /// <summary>Moves a process with all its threads into the cgroup.</summary>
    /// <exception cref="IOException">The process is gone, or may not be moved.</exception>
    public void Add(int pid) => File.WriteAllText(System.IO.Path.Combine(Path, "cgroup.procs"), pid.ToString(CultureInfo.InvariantCulture));

    /// <summary>The processes in it, as numbers in this process's pid namespace (0 for those outside of it).</summary>
    /// <param name="recursive">Whether descendants count. Default: true.</param>
    public IReadOnlyList<int> ListProcesses(bool recursive = true)
    {
        List<int> pids = [];
        foreach (string directory in Directories(recursive))
        {
            foreach (string line in ReadFile("cgroup.procs", directory).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                pids.Add(int.Parse(line, CultureInfo.InvariantCulture));
            }
        }

        return pids;
    }

    /// <summary>
    /// Kills every process in it and its descendants: by <c>cgroup.kill</c>, which no fork can outrun (Linux 5.14), else by
    /// signals until none is left. Returns when the signals are sent; <see cref="IsPopulated"/> tells when they are gone.
    /// </summary>
    public void Kill()
    {
        string file = System.IO.Path.Combine(Path, "cgroup.kill");
        if (File.Exists(file))
        {
            try
            {
                File.WriteAllText(file, "1");
            }
            catch (IOException) when (!Directory.Exists(Path))
            {
                // Removed meanwhile: nobody is left in it.
            }

            return;
        }

        // A fork may slip through between list and signal; each round meets what the last one missed.
        const int MostRounds = 1000;
        for (int round = 0; round < MostRounds && ListProcesses() is { Count: > 0 } pids; round++)
        {
            foreach (int pid in pids)
            {
                if (pid > 0)
                {
                    _ = LibC.Kill(pid, Sigkill);
                }
            }

            Thread.Yield();
        }
    }

    /// <summary>Removes the cgroup and its descendants, which must be empty of processes.</summary>
    /// <returns>False when a process is still in it (<c>EBUSY</c>).</returns>
    /// <exception cref="BpfException">Any other failure.</exception>
    public bool TryRemove()
    {
        foreach (string directory in Enumerable.Reverse(Directories(recursive: true)))
        {
            int result = LibC.RemoveDirectory(directory);
            if (result == -(int)Errno.EBUSY)
            {
                return false;
            }

            if (result < 0 && result != -(int)Errno.ENOENT)
            {
                throw new BpfException((Errno)(-result), $"remove cgroup '{directory}'");
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    /// <summary>Parents before children.</summary>
    private List<string> Directories(bool recursive)
    {
        List<string> found = [Path];
        for (int i = 0; recursive && i < found.Count; i++)
        {
            try
            {
                found.AddRange(Directory.GetDirectories(found[i]));
            }
            catch (DirectoryNotFoundException)
            {
                // Removed between listing and descending.
            }
        }

        return found;
    }

    private string ReadFile(string name, string? directory = null)
    {
        try
        {
            return File.ReadAllText(System.IO.Path.Combine(directory ?? Path, name));
        }
        catch (IOException)
        {
            // The root has no cgroup.events, and a cgroup may be removed at any time (ENOENT, ENODEV).
            return "";
        }
    }
}

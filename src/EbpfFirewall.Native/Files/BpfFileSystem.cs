using System.Text;
using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.Files;

namespace EbpfFirewall.Native;

/// <summary>The BPF file system (bpffs), where pins keep maps, programs and links alive without a process.</summary>
public static class BpfFileSystem
{
    private const long Magic = 0xcafe4a11;
    private const string UsualPlace = "/sys/fs/bpf";

    /// <summary>The mount point of a BPF file system that this process sees, or null.</summary>
    public static string? Find()
    {
        if (IsOnBpfFileSystem(UsualPlace))
        {
            return UsualPlace;
        }

        foreach (MountEntry mount in MountTable.Read())
        {
            if (mount.Type == "bpf" && IsOnBpfFileSystem(mount.MountPoint))
            {
                return mount.MountPoint;
            }
        }

        return null;
    }

    /// <summary>Finds a BPF file system, or mounts one.</summary>
    /// <param name="mountPoint">Where to mount when there is none; made when it is missing. Default: /sys/fs/bpf.</param>
    /// <returns>The mount point in use, which may be another than <paramref name="mountPoint"/>.</returns>
    /// <exception cref="BpfException">None is there and mounting failed: it needs CAP_SYS_ADMIN.</exception>
    public static string FindOrMount(string mountPoint = UsualPlace)
    {
        ArgumentException.ThrowIfNullOrEmpty(mountPoint);
        if (Find() is { } present)
        {
            return present;
        }

        MakeDirectory(mountPoint);
        int result = LibC.Mount("bpf", mountPoint, "bpf");

        // Another process may have been faster.
        return result < 0 && !IsOnBpfFileSystem(mountPoint)
            ? throw new BpfException((Errno)(-result), $"mount a BPF file system on '{mountPoint}'")
            : mountPoint;
    }

    /// <summary>True when an existing path is on a BPF file system.</summary>
    public static bool IsOnBpfFileSystem(string path) => LibC.FileSystemType(path) == Magic;

    /// <summary>Makes a directory and its parents, readable by the owner only.</summary>
    /// <exception cref="BpfException">It cannot be made.</exception>
    public static void MakeDirectory(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
        {
            MakeDirectory(parent);
        }

        const uint OwnerOnly = 0b111_000_000;
        int result = LibC.MakeDirectory(path, OwnerOnly);
        if (result < 0 && result != -(int)Errno.EEXIST)
        {
            throw new BpfException((Errno)(-result), $"make directory '{path}'");
        }
    }

    /// <summary>Removes a pin; false when there is none. What it held is released unless something else holds it.</summary>
    /// <exception cref="BpfException">It cannot be removed.</exception>
    public static bool Unpin(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        int result = LibC.Unlink(path);
        return result == -(int)Errno.ENOENT ? false : BpfException.Check(result, $"remove the pin '{path}'") == 0;
    }

    /// <summary>Removes a directory with everything in it; nothing happens when it is not there.</summary>
    /// <exception cref="ArgumentException">The directory is not on a BPF file system: this is no general rm -r.</exception>
    public static void RemoveTree(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
        {
            return;
        }

        if (!IsOnBpfFileSystem(path))
        {
            throw new ArgumentException($"'{path}' is not on a BPF file system.", nameof(path));
        }

        foreach (string directory in Directory.GetDirectories(path))
        {
            RemoveTree(directory);
        }

        foreach (string file in Directory.GetFiles(path))
        {
            Unpin(file);
        }

        int result = LibC.RemoveDirectory(path);
        if (result < 0 && result != -(int)Errno.ENOENT)
        {
            throw new BpfException((Errno)(-result), $"remove directory '{path}'");
        }
    }

    /// <summary>A name that the file system takes: dots and slashes become underscores.</summary>
    public static string SafeName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new StringBuilder(name).Replace('.', '_').Replace('/', '_').ToString();
    }
}

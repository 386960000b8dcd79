using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

/// <summary>What .NET does not tell about a file.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class LinuxFile
{
    /// <summary>The user id of a file's owner, as this process's user namespace shows it; statx(2).</summary>
    /// <param name="path">File, directory or anything else in the file system.</param>
    /// <param name="followLinks">Whether a symbolic link stands for what it points to. Default: true.</param>
    /// <exception cref="BpfException"><see cref="Errno.ENOENT"/>: there is none; <see cref="Errno.EACCES"/>: a directory on the way is closed.</exception>
    public static uint OwnerOf(string path, bool followLinks = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        BpfException.Check(LibC.FileOwner(path, followLinks, out uint user), $"read the owner of '{path}'");
        return user;
    }

    /// <summary>
    /// Holds a file without opening it for anything (<c>O_PATH</c>, open(2)): as long as the handle is open the kernel keeps the inode, and its
    /// number is not given to another file. Symbolic links are followed.
    /// </summary>
    /// <param name="path">File, directory or anything else in the file system.</param>
    /// <exception cref="BpfException"><see cref="Errno.ENOENT"/>: there is none; <see cref="Errno.EACCES"/>: a directory on the way is closed.</exception>
    public static SafeFileHandle Hold(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return LibC.HoldFile(path);
    }

    /// <summary>Whether an open or held file is a regular file: no directory, device, pipe or socket.</summary>
    /// <exception cref="BpfException">The kernel does not say.</exception>
    public static bool IsRegular(SafeFileHandle file)
    {
        const int Regular = 0x8000;
        ArgumentNullException.ThrowIfNull(file);
        return BpfException.Check(LibC.FileType(file), "read the type of a file") == Regular;
    }
}

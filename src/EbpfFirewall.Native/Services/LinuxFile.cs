using EbpfFirewall.Native.Interop;

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
}

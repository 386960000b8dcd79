using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Kernel;

/// <summary>The file that a rule's path leads to now.</summary>
/// <remarks>It is held as long as this is: another file does not get its number, and its inode stays where it is.</remarks>
internal sealed class ExecutableFile : IDisposable
{
    private readonly SafeFileHandle? _handle;

    private ExecutableFile(string path, SafeFileHandle? handle, FileRecord identity, string? problem)
    {
        Path = path;
        _handle = handle;
        Identity = identity;
        Problem = problem;
    }

    public string Path { get; }

    /// <summary>All zero: no process can be recognised by it.</summary>
    public FileRecord Identity { get; }

    /// <summary>Why no process is this program, as the end of a sentence; null when one can be.</summary>
    public string? Problem { get; }

    /// <summary>Finds it. Symbolic links are followed.</summary>
    /// <exception cref="BpfException">The kernel refused the program that identifies files.</exception>
    public static ExecutableFile Find(string path)
    {
        SafeFileHandle handle;
        try
        {
            handle = LinuxFile.Hold(path);
        }
        catch (BpfException error)
        {
            return new ExecutableFile(path, null, default, error.Error == Errno.ENOENT ? "there is no such file" : $"it cannot be found: {error.Error}");
        }

        try
        {
            FileRecord identity = FileIdentity.Of(handle);
            string? problem = FindProblem(handle);
            return new ExecutableFile(path, handle, problem is null ? identity : default, problem);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle?.Dispose();

    // What runs when a script is started is its interpreter.
    private static string? FindProblem(SafeFileHandle handle)
    {
        if (!LinuxFile.IsRegular(handle))
        {
            return "it is not a regular file";
        }

        try
        {
            using SafeFileHandle content = File.OpenHandle(
                $"/proc/self/fd/{handle.DangerousGetHandle()}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> start = stackalloc byte[2];
            return RandomAccess.Read(content, start, 0) == 2 && start.SequenceEqual("#!"u8)
                ? "it is a script, and what runs is its interpreter: name that"
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // it may be run without being read
        }
    }
}

using System.Runtime.InteropServices;
using EbpfFirewall.Native;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// The launcher as a file that can be executed: in memory, or, where the host forbids executing that (vm.memfd_noexec), in a folder
/// that only we can write.
/// </summary>
internal static class LauncherImage
{
    private static readonly Lazy<(string Path, IDisposable? Owner)> Image = new(Create);

    /// <summary>Its path, valid in this process and in a child that has not executed anything yet.</summary>
    public static string Path => Image.Value.Path;

    private static (string, IDisposable?) Create()
    {
        byte[] program = EmbeddedFiles.Read(RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "efw-launcher-x64",
            Architecture.Arm64 => "efw-launcher-arm64",
            Architecture other => throw new EgressFirewallException(
                ErrorCodes.PlatformNotSupported,
                $"sandboxes need an x64 or arm64 machine; this is {other}."),
        });

        try
        {
            MemoryFile file = MemoryFile.CreateExecutable("efw-launcher", program);
            return (file.Path, file);
        }
        catch (BpfException)
        {
            string folder = Directory.CreateTempSubdirectory("efw-launcher-").FullName; // mode 0700
            string path = System.IO.Path.Combine(folder, "efw-launcher");
            File.WriteAllBytes(path, program);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
            return (path, null);
        }
    }
}

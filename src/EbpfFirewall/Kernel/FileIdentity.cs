using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Kernel;

/// <summary>
/// What the kernel knows a file by, read by the same code that reads it of a process. stat(2) would not do: on overlays and subvolumes it shows other
/// numbers.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal static class FileIdentity
{
    private static readonly Lock Gate = new();
    private static readonly Lazy<BpfObject> Programs = new(Load);

    /// <summary>Reads it.</summary>
    /// <param name="file">The file, held by this process.</param>
    /// <exception cref="BpfException">The kernel refused the program that reads it.</exception>
    public static FileRecord Of(SafeFileHandle file)
    {
        BpfObject programs = Programs.Value;
        lock (Gate)
        {
            programs.Variables["efw_descriptor"].Set((uint)file.DangerousGetHandle());
            bool isKnown = programs.Programs["efw_read_opened"].TestRun(new byte[64]).ReturnValue == 1;
            GC.KeepAlive(file);
            return isKnown ? programs.Variables["efw_opened"].Get<FileRecord>() : default;
        }
    }

    private static BpfObject Load() => BpfObject.Load(BpfObjectSpec.Parse(EmbeddedFiles.Read("file.bpf.o"), "file.bpf.o"));
}

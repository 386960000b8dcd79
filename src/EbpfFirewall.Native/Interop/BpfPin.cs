using System.Runtime.InteropServices;
using System.Text;

namespace EbpfFirewall.Native.Interop;

/// <summary>BPF_OBJ_PIN and BPF_OBJ_GET.</summary>
internal static unsafe class BpfPin
{
    internal static void Create(SafeHandle handle, string path)
    {
        Check(path);
        using FdLease lease = new(handle);
        fixed (byte* pointer = Encode(path))
        {
            ObjectPathAttributes attributes = new() { Path = pointer, Fd = lease.Fd };
            int result = LibC.Bpf(BpfCommand.ObjectPin, ref attributes);
            string? advice = (Errno)(-result) is Errno.EINVAL or Errno.EPERM && !BpfFileSystem.IsOnBpfFileSystem(Path.GetDirectoryName(path)!)
                ? "The directory is not on a BPF file system; BpfFileSystem.FindOrMount gives one."
                : null;
            if (result < 0)
            {
                throw new BpfException((Errno)(-result), $"pin at '{path}'", advice);
            }
        }
    }

    internal static int Open(string path, string what)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        fixed (byte* pointer = Encode(path))
        {
            ObjectPathAttributes attributes = new() { Path = pointer };
            string operation = $"open the pinned {what} '{path}'";
            int fd = BpfException.Check(LibC.Bpf(BpfCommand.ObjectGet, ref attributes), operation);

            // The kernel opens whatever is pinned there; only the descriptor's name tells what it is: bpf-map, bpf-prog, bpf_link.
            string target = File.ResolveLinkTarget($"/proc/self/fd/{fd}", returnFinalTarget: false)?.Name ?? "";
            string kind = what == "program" ? "prog" : what;
            if (!target.EndsWith("bpf-" + kind, StringComparison.Ordinal) && !target.EndsWith("bpf_" + kind, StringComparison.Ordinal))
            {
                LibC.Close(fd);
                throw new BpfException(Errno.EINVAL, operation, $"What is pinned there is no {what} ({target}).");
            }

            return fd;
        }
    }

    private static void Check(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Path.GetFileName(path).Contains('.', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{path}': names on a BPF file system have no dots; BpfFileSystem.SafeName replaces them.", nameof(path));
        }
    }

    private static byte[] Encode(string path) => Encoding.UTF8.GetBytes(path + "\0");
}

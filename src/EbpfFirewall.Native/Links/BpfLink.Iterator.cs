using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

public sealed partial class BpfLink
{
    /// <summary>Runs an iterator link once: it visits everything of its kind and returns what the program wrote on the way.</summary>
    /// <exception cref="BpfException">The link is no iterator, or the program failed.</exception>
    public byte[] RunIterator()
    {
        using FdLease lease = new(Handle);
        LinkFdAttributes attributes = new() { LinkFd = lease.Fd };
        int fd = BpfException.Check(LibC.Bpf(BpfCommand.IteratorCreate, ref attributes), "start an iterator");
        using SafeFileHandle stream = new(fd, ownsHandle: true);
        using MemoryStream written = new();
        byte[] buffer = new byte[16 << 10];
        while (true)
        {
            int got = LibC.Read(stream, buffer);

            // The kernel hands a long run out in pieces and asks to come again.
            if (got == -(int)Errno.EAGAIN)
            {
                continue;
            }

            if (BpfException.Check(got, "read from an iterator") == 0)
            {
                return written.ToArray();
            }

            written.Write(buffer, 0, got);
        }
    }
}

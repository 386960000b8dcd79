using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.Interop;

/// <summary>Files that are held and looked at, but not opened.</summary>
internal static unsafe partial class LibC
{
    /// <summary>A handle of a file with which nothing can be done but to name it; throws <see cref="BpfException"/>.</summary>
    internal static SafeFileHandle HoldFile(string path)
    {
        const int PathOnly = 0x200000;
        return new(BpfException.Check(WithPath(path, p => open(p, PathOnly | OpenCloseOnExec, 0)), $"find '{path}'"), ownsHandle: true);
    }

    /// <summary>The type bits of an open file's mode (inode(7)), or <c>-errno</c>.</summary>
    internal static int FileType(SafeHandle file)
    {
        const int EmptyPath = 0x1000;
        const int Type = 1;
        const int TypeBits = 0xf000;

        // struct statx: stx_mode is the fifteenth of its 16-bit words. By number, since musl before 1.2.5 lacks the function.
        using FdLease lease = new(file);
        ushort* buffer = stackalloc ushort[128];
        byte empty = 0;
        nint result = syscall5(Architecture.Current.Statx, lease.Fd, (nint)(&empty), EmptyPath, Type, (nint)buffer);
        return result < 0 ? -Marshal.GetLastPInvokeError() : buffer[14] & TypeBits;
    }
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

internal static unsafe partial class LibC
{
    private const int ProtectRead = 1;
    private const int ProtectWrite = 2;
    private const int MapShared = 1;

    [LibraryImport("libc", SetLastError = true)]
    private static partial void* mmap(void* address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(void* address, nuint length);

    /// <summary>Maps a descriptor shared; throws <see cref="BpfException"/>.</summary>
    internal static nint MapMemory(SafeHandle handle, long length, long offset, bool writable, string what, nint address = 0)
    {
        const int MapFixedNoReplace = 0x100000;
        using FdLease lease = new(handle);
        int protection = writable ? ProtectRead | ProtectWrite : ProtectRead;
        int flags = address == 0 ? MapShared : MapShared | MapFixedNoReplace;
        void* mapped = mmap((void*)address, (nuint)length, protection, flags, lease.Fd, (nint)offset);
        return (nint)mapped == -1 ? throw new BpfException((Errno)Marshal.GetLastPInvokeError(), what) : (nint)mapped;
    }

    internal static void UnmapMemory(nint address, long length) => _ = munmap((void*)address, (nuint)length);
}

using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>BPF_OBJ_GET_INFO_BY_FD.</summary>
internal static unsafe class BpfInfo
{
    internal static void Read(SafeHandle handle, void* info, int size, string what)
    {
        using FdLease lease = new(handle);
        InfoAttributes attributes = new() { Fd = lease.Fd, Length = (uint)size, Info = info };
        BpfException.Check(LibC.Bpf(BpfCommand.ObjectGetInfo, ref attributes), $"read the properties of a {what}");
    }
}

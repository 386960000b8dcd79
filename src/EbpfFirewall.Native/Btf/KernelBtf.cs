using System.Buffers;
using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.BtfModel;

/// <summary>
/// The running kernel's BTF. Read when the first relocation asks for it, indexed once per process. Kernels that let
/// /sys/kernel/btf/vmlinux be mapped (6.16) lend their own pages; elsewhere it is a copy of some five megabytes.
/// </summary>
internal static class KernelBtf
{
    private const string Path = "/sys/kernel/btf/vmlinux";
    private static readonly Lock Loading = new();
    private static Btf? _loaded;

    internal static Btf Load()
    {
        lock (Loading)
        {
            return _loaded ??= Read();
        }
    }

    private static Btf Read()
    {
        if (!File.Exists(Path))
        {
            throw new BpfException(
                Errno.ENOENT, $"read '{Path}'", "The kernel was built without CONFIG_DEBUG_INFO_BTF; give the type information in BpfLoadOptions.KernelBtf.");
        }

        long length = new FileInfo(Path).Length;
        try
        {
            using SafeFileHandle file = LibC.OpenFile(Path);
            nint address = LibC.MapMemory(file, length, 0, writable: false, $"map '{Path}'");
            return Btf.Parse(new MappedMemory(address, (int)length).Memory);
        }
        catch (BpfException)
        {
            return Btf.Parse(File.ReadAllBytes(Path));
        }
    }

    /// <summary>Mapped for the life of the process, like the index that refers to it.</summary>
    private sealed unsafe class MappedMemory(nint address, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new((void*)address, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)address + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}

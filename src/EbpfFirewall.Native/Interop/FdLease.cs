using System.Runtime.InteropServices;

namespace EbpfFirewall.Native.Interop;

/// <summary>Keeps a handle's descriptor open for the length of a scope, whatever other threads dispose.</summary>
internal readonly ref struct FdLease : IDisposable
{
    private readonly SafeHandle? _handle;

    internal FdLease(SafeHandle handle)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        _handle = handle;
        Fd = (int)handle.DangerousGetHandle();
    }

    internal int Fd { get; }

    public void Dispose() => _handle?.DangerousRelease();
}

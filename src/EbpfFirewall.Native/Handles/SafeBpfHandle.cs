using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

/// <summary>A descriptor of a kernel BPF object. Closing it drops one reference; the object lives while others remain.</summary>
public abstract class SafeBpfHandle : SafeHandleMinusOneIsInvalid
{
    private protected SafeBpfHandle(int fd)
        : base(ownsHandle: true) => SetHandle(fd);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibC.Close((int)handle);
        return true;
    }
}

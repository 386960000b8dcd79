namespace EbpfFirewall.Native;

/// <summary>A descriptor of a BPF token.</summary>
public sealed class SafeTokenHandle : SafeBpfHandle
{
    internal SafeTokenHandle(int fd)
        : base(fd)
    {
    }
}

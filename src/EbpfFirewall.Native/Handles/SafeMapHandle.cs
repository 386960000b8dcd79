namespace EbpfFirewall.Native;

/// <summary>A descriptor of a BPF map.</summary>
public sealed class SafeMapHandle : SafeBpfHandle
{
    internal SafeMapHandle(int fd)
        : base(fd)
    {
    }
}

namespace EbpfFirewall.Native;

/// <summary>A descriptor of a BPF type information blob.</summary>
public sealed class SafeBtfHandle : SafeBpfHandle
{
    internal SafeBtfHandle(int fd)
        : base(fd)
    {
    }
}

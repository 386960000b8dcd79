namespace EbpfFirewall.Native;

/// <summary>A descriptor of a BPF program.</summary>
public sealed class SafeProgramHandle : SafeBpfHandle
{
    internal SafeProgramHandle(int fd)
        : base(fd)
    {
    }
}

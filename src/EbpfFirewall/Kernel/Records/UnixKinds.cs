namespace EbpfFirewall.Kernel.Records;

/// <summary>What a rule about unix sockets speaks of: <c>EFW_UNIX_*</c> (efw_unix.h).</summary>
[Flags]
internal enum UnixKinds : byte
{
    None = 0,
    Path = 1,
    Abstract = 2,
    Below = 4,
}

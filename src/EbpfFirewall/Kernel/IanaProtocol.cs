namespace EbpfFirewall;

/// <summary>Protocol numbers as IANA assigns them.</summary>
internal static class IanaProtocol
{
    public const byte Tcp = 6;
    public const byte Udp = 17;
}

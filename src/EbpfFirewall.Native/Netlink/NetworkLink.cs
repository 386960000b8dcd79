namespace EbpfFirewall.Native;

/// <summary>A network interface, as rtnetlink(7) describes it.</summary>
/// <param name="Index">Its index in its network namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="HardwareType"><c>ARPHRD_*</c> (linux/if_arp.h): 1 Ethernet, 65534 none, where frames begin with the IP header.</param>
/// <param name="PeerIndex">Index of the interface that it is tied to, such as the other end of a veth pair; 0: none.</param>
/// <param name="PeerNamespaceId">Id of the namespace that the peer is in, as this namespace numbers others; null: this one.</param>
public sealed record NetworkLink(int Index, string Name, ushort HardwareType, int PeerIndex, int? PeerNamespaceId)
{
    /// <summary><c>ARPHRD_ETHER</c>.</summary>
    public const ushort Ethernet = 1;

    /// <summary><c>ARPHRD_LOOPBACK</c>: frames as on Ethernet.</summary>
    public const ushort Loopback = 772;

    /// <summary><c>ARPHRD_NONE</c>: frames begin with the IP header.</summary>
    public const ushort None = 65534;
}

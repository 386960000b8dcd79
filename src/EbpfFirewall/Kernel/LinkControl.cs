namespace EbpfFirewall.Kernel;

/// <summary>What passes an interface whatever the policy says: <c>EFW_LINK_*</c> (efw_flow.h).</summary>
[Flags]
internal enum LinkControl : byte
{
    None = 0,

    /// <summary>ARP, both ways.</summary>
    Arp = 1,

    /// <summary>IPv6 neighbour discovery.</summary>
    NeighbourDiscovery = 2,

    /// <summary>DHCP and DHCPv6, to servers on the link.</summary>
    Dhcp = 4,

    All = Arp | NeighbourDiscovery | Dhcp,
}

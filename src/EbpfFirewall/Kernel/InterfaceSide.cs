namespace EbpfFirewall.Kernel;

/// <summary>Who is behind an interface.</summary>
internal enum InterfaceSide
{
    /// <summary>A guest: it is the host's end of a veth, or a tap. What the guest sends comes in there.</summary>
    Guest,

    /// <summary>The network: what this host sends goes out there.</summary>
    Network,
}

namespace EbpfFirewall.Policies;

/// <summary>What a limit counts.</summary>
public enum LimitQuantity : byte
{
    /// <summary>Octets of TCP and UDP payload that are sent for the first time: no headers, no retransmissions.</summary>
    Bytes = 0,

    /// <summary>TCP connections that are tried, and datagrams to somewhere else than the socket's datagram before.</summary>
    Connections = 1,

    /// <summary>Different names that are looked up.</summary>
    Names = 2,
}

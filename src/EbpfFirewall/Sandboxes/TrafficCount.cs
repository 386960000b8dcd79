namespace EbpfFirewall;

/// <summary>Counts of one rule or reason.</summary>
/// <param name="Calls">connect(2), and sendmsg(2) with an address, that it decided.</param>
/// <param name="Packets">Outgoing packets that it decided.</param>
/// <param name="Bytes">Bytes of those packets, IP headers included.</param>
public readonly record struct TrafficCount(long Calls, long Packets, long Bytes);

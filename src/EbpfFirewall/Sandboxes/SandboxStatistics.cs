namespace EbpfFirewall;

/// <summary>What a sandbox has counted since it was made.</summary>
/// <param name="Denied">Decisions in the kernel that denied, repeats included.</param>
/// <param name="Allowed">Decisions at connect and sendmsg that allowed.</param>
/// <param name="DnsQueries">Queries that the DNS proxy decided.</param>
/// <param name="DnsRefusedClients">Queries from outside the sandbox, refused.</param>
/// <param name="EventsDropped">Events lost because the ring or a reader was full; the verdicts stood.</param>
/// <param name="TableFull">Calls denied because a table was full.</param>
public readonly record struct SandboxStatistics(
    long Denied,
    long Allowed,
    long DnsQueries,
    long DnsRefusedClients,
    long EventsDropped,
    long TableFull);

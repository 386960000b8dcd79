namespace EbpfFirewall;

/// <summary>
/// What a sandbox may reach when the process that runs the firewall has died, is stopped or hangs. What the kernel decides by itself it
/// goes on deciding; missing are answers to DNS queries, and the addresses that they open.
/// </summary>
public enum FailMode
{
    /// <summary>DNS queries are refused at once, addresses that names have opened close as their answers end. The default.</summary>
    Closed = 0,

    /// <summary>
    /// DNS queries go where they were meant to go, and destinations that no rule names may be reached. What rules deny stays denied, and so
    /// do raw sockets, IP options and reserved destinations. Nothing is reported meanwhile.
    /// </summary>
    Open = 1,
}

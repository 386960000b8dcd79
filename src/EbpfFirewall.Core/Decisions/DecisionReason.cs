namespace EbpfFirewall.Decisions;

/// <summary>
/// Why a decision fell as it did. Names and values are stable: they stand in logs, and those below 64 are
/// shared with <c>bpf/include/efw_abi.h</c> (<c>EFW_REASON_*</c>).
/// </summary>
public enum DecisionReason : byte
{
    /// <summary>No reason recorded.</summary>
    None = 0,

    /// <summary>An address or network rule allows it.</summary>
    AllowedByRule = 1,

    /// <summary>An address or network rule denies it.</summary>
    DeniedByRule = 2,

    /// <summary>An allowed name led to this address.</summary>
    AllowedByName = 3,

    /// <summary>A name that is denied on this port led to this address.</summary>
    DeniedByName = 4,

    /// <summary>Nothing in the allow-list matches.</summary>
    NotInAllowList = 5,

    /// <summary>Nothing in the deny-list matches.</summary>
    NotInDenyList = 6,

    /// <summary>The mode blocks everything.</summary>
    BlockAll = 7,

    /// <summary>
    /// A destination denied unless a rule names it: link-local, cloud metadata, multicast, broadcast, tunnelled addresses.
    /// </summary>
    ReservedDestination = 8,

    /// <summary>A listener on this host that does not belong to the sandbox.</summary>
    ForeignLoopback = 9,

    /// <summary>A listener of the same sandbox.</summary>
    OwnLoopback = 10,

    /// <summary>A socket family, type or protocol that is not allowed (raw, ping, SCTP, DCCP, UDP-Lite, SMC).</summary>
    SocketType = 11,

    /// <summary>A packet that is neither TCP nor UDP.</summary>
    Protocol = 12,

    /// <summary>A packet with IP options.</summary>
    IpOptions = 13,

    /// <summary>A packet with a routing header or an extension header that hides its destination.</summary>
    ExtensionHeader = 14,

    /// <summary>A fragment made by the sender.</summary>
    Fragment = 15,

    /// <summary>A packet that cannot be parsed.</summary>
    MalformedPacket = 16,

    /// <summary>The flow was admitted earlier and the grant has expired since; it goes on.</summary>
    AdmittedFlow = 17,

    /// <summary>Sent to the DNS proxy.</summary>
    DnsRedirect = 18,

    /// <summary>An attempt to reach a proxy of ours without having been sent there.</summary>
    NotRedirected = 19,

    /// <summary>A table in the kernel is full, so the answer is no.</summary>
    TableFull = 20,

    /// <summary>A packet of a connection from outside the sandbox.</summary>
    Inbound = 21,

    /// <summary>A socket option that changes where packets go, or opens destinations which an address does not tell apart (broadcasts in a deny-list).</summary>
    SocketOption = 22,

    /// <summary>No policy was in force, or it could not be read: everything is denied.</summary>
    NoPolicy = 23,

    /// <summary>What neighbours on a link must say to each other: ARP, IPv6 neighbour discovery, DHCP. Interfaces only.</summary>
    LinkControl = 24,

    /// <summary>A frame that is neither IPv4 nor IPv6, or has a VLAN tag. Interfaces only.</summary>
    FrameType = 25,

    /// <summary>It belongs to a flow that the other side was allowed to begin. Interfaces only.</summary>
    Reply = 26,

    /// <summary>A unix socket that was not made in the sandbox, or whose name does not say plainly where it leads.</summary>
    ForeignUnix = 35,

    /// <summary>A unix socket of the same sandbox.</summary>
    OwnUnix = 36,

    /// <summary>A limit on bytes sent is reached (<see cref="DecisionEvent.Limit"/>).</summary>
    BudgetBytes = 39,

    /// <summary>A limit on connections is reached (<see cref="DecisionEvent.Limit"/>).</summary>
    BudgetConnections = 40,

    /// <summary>A limit on names that are looked up is reached (<see cref="DecisionEvent.Limit"/>).</summary>
    BudgetNames = 41,

    /// <summary>The process that runs the firewall gave no sign of life: decided by the fail mode.</summary>
    Unattended = 43,

    /// <summary>A name rule denies it (DNS).</summary>
    NameDenied = 64,

    /// <summary>A name rule allows it (DNS).</summary>
    NameAllowed = 65,

    /// <summary>This query type is not answered.</summary>
    QueryType = 66,

    /// <summary>A public name answered with a private, loopback or metadata address.</summary>
    Rebinding = 67,

    /// <summary>The query cannot be parsed, or is not one plain question.</summary>
    MalformedQuery = 68,

    /// <summary>The upstream did not answer in time.</summary>
    UpstreamTimeout = 69,

    /// <summary>The upstream's answer cannot be parsed or does not fit the question.</summary>
    UpstreamMalformed = 70,

    /// <summary>The address could not be opened in the kernel, so the answer was withheld.</summary>
    GrantFailed = 71,

    /// <summary>The query came from outside the sandbox.</summary>
    UnknownClient = 72,

    /// <summary>The name is denied, and its addresses are closed; its query was answered because the host wants that (DNS).</summary>
    DeniedNameAnswered = 73,

    /// <summary>A system call that leads past the firewall's hooks, or out of the sandbox.</summary>
    SystemCall = 80,
}

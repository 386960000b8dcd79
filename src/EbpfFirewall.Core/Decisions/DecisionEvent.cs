using System.Collections.Immutable;
using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Decisions;

/// <summary>One decision of the firewall: who tried what, what was decided, and why.</summary>
/// <remarks>Immutable; safe for concurrent use.</remarks>
public sealed record DecisionEvent
{
    /// <summary>When it was decided, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The sandbox or attachment that decided.</summary>
    public required string Sandbox { get; init; }

    /// <summary>The mode in force.</summary>
    public required PolicyMode Mode { get; init; }

    /// <summary>The verdict. In <see cref="PolicyMode.Observe"/> the one that would have been.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>
    /// True when something was stopped. In <see cref="PolicyMode.Observe"/> false but for system calls, which are denied in every mode.
    /// </summary>
    public bool Blocked => Verdict == Verdict.Deny && (Mode != PolicyMode.Observe || Stage == DecisionStage.SystemCall);

    /// <summary>Why.</summary>
    public required DecisionReason Reason { get; init; }

    /// <summary>Where it was decided.</summary>
    public required DecisionStage Stage { get; init; }

    /// <summary>The rule that decided; null when none did.</summary>
    public FirewallRule? Rule { get; init; }

    /// <summary>Who.</summary>
    public required ProcessIdentity Process { get; init; }

    /// <summary>How the process was found.</summary>
    public required Attribution Attribution { get; init; }

    /// <summary>Transport protocol number (IANA): 6 TCP, 17 UDP; 0 when none applies.</summary>
    public byte Protocol { get; init; }

    /// <summary>
    /// The destination that was asked for; null for a socket that has none. An IPv4-mapped address stands as IPv4, and the unspecified one
    /// (<c>0.0.0.0</c>, <c>::</c>) as loopback, which is what the kernel makes of it.
    /// </summary>
    public IPEndPoint? Destination { get; init; }

    /// <summary>
    /// For a unix socket its name as the process gave it: a path, or <c>@</c> and an abstract name. Bytes that are no text stand as U+FFFD.
    /// Null otherwise, and where a repeat outlived the name.
    /// </summary>
    public string? UnixSocket { get; init; }

    /// <summary>Where the traffic was sent instead, when it was redirected.</summary>
    public IPEndPoint? RedirectedTo { get; init; }

    /// <summary>For DNS the name in question; else the names that led to the destination. Lower case, no trailing dot.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>For DNS the addresses of the answer.</summary>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    /// <summary>For DNS the query type (IANA number); 0 otherwise.</summary>
    public ushort QueryType { get; init; }

    /// <summary>For DNS the id of the query; null otherwise.</summary>
    public ushort? DnsTransactionId { get; init; }

    /// <summary>For a denial by a limit, the limit; null otherwise.</summary>
    public PolicyLimit? Limit { get; init; }

    /// <summary>For a socket option that was refused its name, such as <c>IP_OPTIONS</c>; null otherwise.</summary>
    public string? SocketOption { get; init; }

    /// <summary>For a socket that was refused its address family (<c>AF_*</c>); 0 otherwise.</summary>
    public ushort SocketFamily { get; init; }

    /// <summary>For a socket that was refused its type (<c>SOCK_*</c>); 0 otherwise.</summary>
    public ushort SocketType { get; init; }

    /// <summary>The system call that was denied, with the arguments that matter: <c>bpf(5)</c>; empty otherwise.</summary>
    public string SystemCall { get; init; } = "";

    /// <summary>Revision of the policy that decided.</summary>
    public long Revision { get; init; }

    /// <summary>How many equal decisions (process, destination, reason) this event stands for; at least 1.</summary>
    public long RepeatCount { get; init; } = 1;

    /// <summary>True when an equal event came before and this one tells how often it has happened again since.</summary>
    public bool IsRepeat { get; init; }
}

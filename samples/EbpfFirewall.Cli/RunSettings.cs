using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Cli;

/// <summary>The options of <c>efw run</c>, read.</summary>
internal sealed record RunSettings(
    IReadOnlyList<string> Allow,
    IReadOnlyList<string> Deny,
    IReadOnlyList<string> Limits,
    PolicyMode? Mode,
    bool StrictTtl,
    bool AllowsInbound,
    IReadOnlyList<IPEndPoint> DnsUpstreams,
    bool AllowDnsRequest,
    string? LogFile,
    string? User,
    IReadOnlyList<string> Privileges,
    FailMode FailMode,
    bool Debug);

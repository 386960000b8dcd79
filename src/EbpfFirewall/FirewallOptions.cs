using System.Collections.Immutable;
using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;
using Microsoft.Extensions.Logging;

namespace EbpfFirewall;

/// <summary>What a <see cref="FirewallBuilder"/> has gathered.</summary>
internal sealed record FirewallOptions(
    FirewallPolicy Policy,
    ImmutableArray<IPEndPoint> DnsUpstreams,
    bool AnswerDeniedNames,
    bool ReportAllowed,
    FailMode FailMode,
    TimeSpan Watchdog,
    Action<DecisionEvent>[] Callbacks,
    ILoggerFactory LoggerFactory);

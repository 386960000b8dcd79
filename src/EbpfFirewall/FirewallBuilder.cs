using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EbpfFirewall;

/// <summary>Says what may be reached, and starts the firewall.</summary>
/// <remarks>Not safe for concurrent use; one owner. It can be used again after <see cref="StartAsync"/>.</remarks>
public sealed class FirewallBuilder
{
    private static readonly TimeSpan DefaultWatchdog = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestWatchdog = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestWatchdog = TimeSpan.FromHours(1);

    private readonly FirewallPolicyBuilder _policy = new();
    private readonly List<Action<DecisionEvent>> _callbacks = [];
    private readonly List<IPEndPoint> _dnsUpstreams = [];
    private ILoggerFactory _loggerFactory = NullLoggerFactory.Instance;
    private bool _answerDeniedNames;
    private bool _reportAllowed;
    private FailMode _failMode = FailMode.Closed;
    private TimeSpan _watchdog = DefaultWatchdog;

    /// <summary>Allows what these rules name; with them the policy is an allow-list. Grammar: docs/policy.md.</summary>
    public FirewallBuilder Allow(params ReadOnlySpan<string> rules)
    {
        foreach (string rule in rules)
        {
            _policy.Allow(rule);
        }

        return this;
    }

    /// <summary>Denies what these rules name; with nothing else the policy is a deny-list. Grammar: docs/policy.md.</summary>
    public FirewallBuilder Deny(params ReadOnlySpan<string> rules)
    {
        foreach (string rule in rules)
        {
            _policy.Deny(rule);
        }

        return this;
    }

    /// <summary>Adds rules through the policy's own builder, for sources and messages of their own.</summary>
    public FirewallBuilder ConfigurePolicy(Action<FirewallPolicyBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(_policy);
        return this;
    }

    /// <summary>Blocks nothing; events carry the verdict that would have been.</summary>
    public FirewallBuilder Observe() => UseMode(PolicyMode.Observe);

    /// <summary>Sets the mode instead of inferring it from the rules.</summary>
    public FirewallBuilder UseMode(PolicyMode mode)
    {
        _policy.UseMode(mode);
        return this;
    }

    /// <summary>Name servers for the DNS proxy, asked in order. Default: those of /etc/resolv.conf, followed as it changes.</summary>
    public FirewallBuilder UseDnsUpstream(params ReadOnlySpan<IPEndPoint> servers)
    {
        foreach (IPEndPoint server in servers)
        {
            ArgumentNullException.ThrowIfNull(server);
            _dnsUpstreams.Add(server);
        }

        return this;
    }

    /// <summary>
    /// Answers DNS queries for denied names, too; their addresses stay closed, so programs fail when they connect instead of when they
    /// resolve. A query can carry data in its name, so this opens a way out to who runs the name servers. Default: denied names are not
    /// answered.
    /// </summary>
    public FirewallBuilder AnswerDeniedNames(bool answer = true)
    {
        _answerDeniedNames = answer;
        return this;
    }

    /// <summary>
    /// Calls back for every event, one at a time, on the thread that reads them: return fast. An exception is logged and otherwise
    /// ignored.
    /// </summary>
    public FirewallBuilder OnDecision(Action<DecisionEvent> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _callbacks.Add(callback);
        return this;
    }

    /// <summary>Makes events of allowed decisions and redirects, too. Default: denials only.</summary>
    public FirewallBuilder ReportAllowed(bool report = true)
    {
        _reportAllowed = report;
        return this;
    }

    /// <summary>Says what holds while this process is dead, stopped or hangs. Default: <see cref="FailMode.Closed"/>.</summary>
    /// <param name="mode">What holds then.</param>
    /// <param name="watchdog">
    /// After how long without a sign of life that is the case, 3 seconds to 1 hour; default 10 seconds. The sign is given once a second by a
    /// timer of the thread pool, which the DNS proxy needs, too.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such mode, or the time is too short or too long.</exception>
    public FirewallBuilder UseFailMode(FailMode mode, TimeSpan? watchdog = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)mode, (uint)FailMode.Open, nameof(mode));
        TimeSpan time = watchdog ?? DefaultWatchdog;
        ArgumentOutOfRangeException.ThrowIfLessThan(time, ShortestWatchdog, nameof(watchdog));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, LongestWatchdog, nameof(watchdog));
        (_failMode, _watchdog) = (mode, time);
        return this;
    }

    /// <summary>Where the firewall's own messages go. Default: nowhere.</summary>
    public FirewallBuilder UseLoggerFactory(ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(loggerFactory);
        _loggerFactory = loggerFactory;
        return this;
    }

    /// <summary>Checks the rules and makes the policy; touches nothing outside this process.</summary>
    /// <exception cref="PolicyValidationException">Something is wrong with the rules; all problems are listed.</exception>
    public FirewallPolicy BuildPolicy() => _policy.Build();

    /// <summary>Checks the rules and the host, and starts the firewall. Leftovers of dead processes are removed.</summary>
    /// <exception cref="PolicyValidationException">Something is wrong with the rules; all problems are listed.</exception>
    /// <exception cref="EgressFirewallException">The kernel or the host lacks something; the message says what to do.</exception>
    public Task<IEgressFirewall> StartAsync(CancellationToken cancellationToken = default)
    {
        var options = new FirewallOptions(
            BuildPolicy(),
            [.. _dnsUpstreams],
            _answerDeniedNames,
            _reportAllowed,
            _failMode,
            _watchdog,
            [.. _callbacks],
            _loggerFactory);
        return EgressFirewall.StartAsync(options, cancellationToken);
    }
}

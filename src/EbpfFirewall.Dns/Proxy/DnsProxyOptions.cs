using System.Collections.Immutable;
using System.Net;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Settings of a <see cref="DnsProxy"/>.</summary>
/// <remarks>Immutable; safe for concurrent use.</remarks>
public sealed record DnsProxyOptions
{
    /// <summary>The name servers to ask, in order.</summary>
    /// <value>Default: empty, which means those of <see cref="ResolvConfPath"/>.</value>
    public ImmutableArray<IPEndPoint> Upstreams { get; init; } = [];

    /// <summary>A resolv.conf(5) whose <c>nameserver</c> lines are followed while <see cref="Upstreams"/> is empty; looked at once a second at most.</summary>
    /// <value>Default: <c>/etc/resolv.conf</c>.</value>
    public string ResolvConfPath { get; init; } = "/etc/resolv.conf";

    /// <summary>Longest time from a query to its answer; then the client gets SERVFAIL.</summary>
    /// <value>Default: 5 s, what resolv.conf(5) has as its timeout.</value>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time that one upstream gets before the query is sent anew, to the next one where there are several.</summary>
    /// <value>Default: 1.5 s.</value>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Sockets, each with its own random port, among which the queries to one upstream are spread. Opened when first used.</summary>
    /// <value>Default: 16.</value>
    public int SocketsPerUpstream { get; init; } = 16;

    /// <summary>Queries that may wait for an upstream at once; more get SERVFAIL.</summary>
    /// <value>Default: 4,096.</value>
    public int MaxPendingQueries { get; init; } = 4096;

    /// <summary>TCP connections of clients at once; more are closed on arrival.</summary>
    /// <value>Default: 128.</value>
    public int MaxTcpConnections { get; init; } = 128;

    /// <summary>Queries of one TCP connection that may wait at once; more are not read until one is answered.</summary>
    /// <value>Default: 32.</value>
    public int MaxTcpQueriesPerConnection { get; init; } = 32;

    /// <summary>Time after which a TCP connection without queries, or one that does not take its answers, is closed.</summary>
    /// <value>Default: 10 s.</value>
    public TimeSpan TcpIdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What a public name may answer with. Names below .test, .local, .internal, .lan, .home.arpa and their kin are not public.</summary>
    /// <value>Default: <see cref="RebindingGuard.On"/>.</value>
    public RebindingGuard RebindingGuard { get; init; } = RebindingGuard.On;

    /// <summary>Says whether a rule allows an address by itself, which exempts it from <see cref="RebindingGuard"/>.</summary>
    /// <value>Default: null, which asks the policy's own networks.</value>
    public Func<IPAddress, bool>? IsAddressExplicitlyAllowed { get; init; }

    /// <summary>What happens to HTTPS and SVCB records.</summary>
    /// <value>Default: <see cref="HttpsRecordMode.Strip"/>.</value>
    public HttpsRecordMode HttpsRecords { get; init; } = HttpsRecordMode.Strip;

    /// <summary>
    /// Whether names that the policy denies are looked up and answered all the same; their addresses stay closed. A denied query then leaves
    /// this host, and can carry data in its name.
    /// </summary>
    /// <value>Default: false. A deny-list looks denied names up without answering, to learn which addresses to close.</value>
    public bool AnswerDeniedNames { get; init; }

    /// <summary>Whether <see cref="HttpsRecordMode.Strip"/> removes HTTP/3 too: right where QUIC is denied.</summary>
    /// <value>Default: true.</value>
    public bool RemoveHttp3 { get; init; } = true;

    /// <summary>
    /// Shortest grant. Resolvers inside programs keep addresses longer than short TTLs say (libcurl 60 s, the JVM 30 s), and
    /// a grant that is gone before the client's copy fails connections for no gain.
    /// </summary>
    /// <value>Default: 60 s.</value>
    public TimeSpan MinGrantLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest grant; no record in an answer keeps a TTL above it.</summary>
    /// <value>Default: 1 h.</value>
    public TimeSpan MaxGrantLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Added to every grant: the client's copy starts to age later than the grant does.</summary>
    /// <value>Default: 5 s.</value>
    public TimeSpan GrantGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Names learned from CNAME and SVCB targets that are kept at once; beyond it new ones are not learned.</summary>
    /// <value>Default: 4,096.</value>
    public int MaxDerivedNames { get; init; } = 4096;

    /// <summary>The clock.</summary>
    /// <value>Default: <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <exception cref="ArgumentOutOfRangeException">A value is outside what makes sense.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(ResolvConfPath);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(QueryTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AttemptTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(SocketsPerUpstream, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPendingQueries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTcpConnections, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTcpQueriesPerConnection, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TcpIdleTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinGrantLifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxGrantLifetime, MinGrantLifetime);
        ArgumentOutOfRangeException.ThrowIfLessThan(GrantGrace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDerivedNames, 0);
    }
}

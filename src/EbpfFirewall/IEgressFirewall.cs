using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall;

/// <summary>A running firewall: makes sandboxes under one policy and tells what was decided in them.</summary>
/// <remarks>
/// Safe for concurrent use. Disposing ends every sandbox that is still there, with all its processes.
/// </remarks>
public interface IEgressFirewall : IAsyncDisposable
{
    /// <summary>The policy in force.</summary>
    FirewallPolicy Policy { get; }

    /// <summary>Makes a sandbox: a cgroup of its own with the policy in force before any process is in it.</summary>
    /// <param name="name">A name for people, in every event; it need not be unique.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    /// <exception cref="EgressFirewallException">The kernel or the host lacks something; the message says what to do.</exception>
    Task<ISandbox> CreateSandboxAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Makes a sandbox with options.</summary>
    /// <param name="name">A name for people, in every event; it need not be unique.</param>
    /// <param name="options">How its commands run.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    /// <exception cref="EgressFirewallException">The kernel or the host lacks something; the message says what to do.</exception>
    Task<ISandbox> CreateSandboxAsync(string name, SandboxOptions options, CancellationToken cancellationToken = default);

    /// <summary>
    /// Every decision from this call on: denials, and allowed ones where <see cref="FirewallBuilder.ReportAllowed"/> asks for them. A reader
    /// that falls 4,096 events behind loses the oldest. Ends when the firewall is disposed.
    /// </summary>
    IAsyncEnumerable<DecisionEvent> ReadDecisionsAsync(CancellationToken cancellationToken = default);
}

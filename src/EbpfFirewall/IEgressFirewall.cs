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
    /// Replaces the policy of every sandbox, running ones included, each in one step: no packet passes that neither policy allows, and none
    /// is stopped that both allow. Connections that the new policy does not allow end: their packets stop at once and their sockets meet
    /// ECONNABORTED. When the call returns, nothing is judged by the policy before.
    /// </summary>
    /// <param name="policy">The new policy; its revision becomes one more than that of the policy before, unless it is higher already.</param>
    /// <param name="cancellationToken">Gives up waiting for another policy that is being applied; once begun, it is applied.</param>
    /// <exception cref="EgressFirewallException">
    /// The policy is too large, or the kernel refused it. A sandbox where that happened keeps the policy it had.
    /// </exception>
    /// <exception cref="ArgumentException">The mode changes to or from <see cref="PolicyMode.Disabled"/>.</exception>
    Task ApplyAsync(FirewallPolicy policy, CancellationToken cancellationToken = default);

    /// <summary>
    /// Every decision from this call on: denials, and allowed ones where <see cref="FirewallBuilder.ReportAllowed"/> asks for them. A reader
    /// that falls 4,096 events behind loses the oldest. Ends when the firewall is disposed.
    /// </summary>
    IAsyncEnumerable<DecisionEvent> ReadDecisionsAsync(CancellationToken cancellationToken = default);
}

using System.Collections.Immutable;
using System.Net;
using EbpfFirewall.Policies.Compilation;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies;

/// <summary>What may be reached. Immutable; build one with <see cref="FirewallPolicyBuilder"/>.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class FirewallPolicy
{
    internal FirewallPolicy(
        PolicyMode mode,
        PolicyMode listMode,
        ImmutableArray<ParsedRule> rules,
        ImmutableArray<PolicyProblem> warnings,
        bool strictTtl,
        ImmutableArray<PolicyLimit> limits,
        long revision)
    {
        Mode = mode;
        ListMode = listMode;
        ParsedRules = rules;
        Rules = [.. rules.Select(parsed => parsed.Rule)];
        Executables = [.. rules.Where(parsed => parsed.ExecutableIndex >= 0).Select(parsed => parsed.Specification.Executable!).Distinct()];
        Warnings = warnings;
        StrictTtl = strictTtl;
        Limits = limits;
        Revision = revision;
    }

    /// <summary>What happens to what no rule names.</summary>
    public PolicyMode Mode { get; }

    /// <summary>
    /// <see cref="PolicyMode.AllowList"/> or <see cref="PolicyMode.DenyList"/>: how verdicts are found. The same as
    /// <see cref="Mode"/> where that is one of the two; else what the rules amount to: an allow-list where one of them allows. In
    /// <see cref="PolicyMode.Observe"/> the verdicts that would have been are this list's; the other modes have no use for it.
    /// </summary>
    public PolicyMode ListMode { get; }

    /// <summary>The rules, in the order they were given. A rule's place here is its index everywhere else.</summary>
    public ImmutableArray<FirewallRule> Rules { get; }

    /// <summary>The paths of the programs that rules name (<c>exe=</c>), each once, in the order in which rules first do.</summary>
    public ImmutableArray<string> Executables { get; }

    /// <summary>What is odd about the rules but no error, such as the same rule in two sources.</summary>
    public ImmutableArray<PolicyProblem> Warnings { get; }

    /// <summary>
    /// True when a connection that a name opened ends with the answer that led there. False, the default, lets it go on until it ends
    /// by itself, and only to where it went.
    /// </summary>
    public bool StrictTtl { get; }

    /// <summary>How much may be sent: the limits of sandboxes and processes, then those of rules.</summary>
    public ImmutableArray<PolicyLimit> Limits { get; }

    /// <summary>
    /// Whether connections and datagrams from outside reach the sandbox, from where no rule denies. False, the default, is no: it may listen
    /// for itself alone.
    /// </summary>
    public bool AllowsInbound { get; internal init; }

    /// <summary>Counts the policies of one firewall, from 1.</summary>
    public long Revision { get; }

    /// <summary>The same policy with another revision.</summary>
    /// <param name="revision">1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public FirewallPolicy WithRevision(long revision)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(revision, 1);
        return new FirewallPolicy(Mode, ListMode, ParsedRules, Warnings, StrictTtl, Limits, revision) { AllowsInbound = AllowsInbound };
    }

    /// <summary><see cref="Rules"/> with what they mean.</summary>
    internal ImmutableArray<ParsedRule> ParsedRules { get; }

    /// <summary>Turns the policy into tables. Pure: equal policies give equal tables.</summary>
    public CompiledPolicy Compile() => Compile([]);

    /// <summary>
    /// The same for a host with these addresses: like loopback they lead to listeners on the host, so they are closed until a rule names
    /// them, but for the sandbox's own listeners.
    /// </summary>
    /// <param name="ownAddresses">Addresses of the host's interfaces.</param>
    public CompiledPolicy Compile(ImmutableArray<IPAddress> ownAddresses) => PolicyCompiler.Compile(this, ownAddresses);
}

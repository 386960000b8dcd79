using System.Collections.Immutable;

namespace EbpfFirewall.Policies;

/// <summary>What may be reached. Immutable; build one with <see cref="FirewallPolicyBuilder"/>.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class FirewallPolicy
{
    internal FirewallPolicy(PolicyMode mode, ImmutableArray<FirewallRule> rules, long revision)
    {
        Mode = mode;
        Rules = rules;
        Revision = revision;
    }

    /// <summary>What happens to what no rule names.</summary>
    public PolicyMode Mode { get; }

    /// <summary>The rules, in the order they were given. A rule's place here is its index everywhere else.</summary>
    public ImmutableArray<FirewallRule> Rules { get; }

    /// <summary>Counts the policies of one firewall, from 1.</summary>
    public long Revision { get; }

    /// <summary>Turns the policy into tables.</summary>
    public CompiledPolicy Compile() => throw new NotImplementedException();
}

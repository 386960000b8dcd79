using System.Collections.Immutable;

namespace EbpfFirewall.Policies;

/// <summary>
/// A policy turned into tables: networks and names point to classes, classes are runs of terms. A pure function of
/// the policy; what the kernel side and the DNS proxy work from.
/// </summary>
/// <remarks>Immutable; safe for concurrent use.</remarks>
public sealed class CompiledPolicy
{
    internal CompiledPolicy(FirewallPolicy policy, ImmutableArray<PolicyTerm> terms, ImmutableArray<CompiledNetwork> networks)
    {
        Policy = policy;
        Terms = terms;
        Networks = networks;
    }

    /// <summary>What this was compiled from.</summary>
    public FirewallPolicy Policy { get; }

    /// <summary>All terms; classes are runs of it.</summary>
    public ImmutableArray<PolicyTerm> Terms { get; }

    /// <summary>All networks, built-in ones included, each once.</summary>
    public ImmutableArray<CompiledNetwork> Networks { get; }

    /// <summary>
    /// Decides a name. Labels are compared in wire form: a length octet, then that many octets, ASCII letters in any case,
    /// ending with the zero octet; any other octet stands for itself. Does not allocate.
    /// </summary>
    /// <param name="wireName">An uncompressed name, RFC 1035 section 3.1.</param>
    public NameDecision DecideName(ReadOnlySpan<byte> wireName) => throw new NotImplementedException();
}

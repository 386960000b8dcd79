using System.Collections.Immutable;
using System.Net;
using EbpfFirewall.Policies.Compilation;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies;

/// <summary>
/// A policy turned into tables: networks and names point to classes, classes are runs of terms. A pure function of
/// the policy; what the kernel side and the DNS proxy work from.
/// </summary>
/// <remarks>Immutable; safe for concurrent use.</remarks>
public sealed class CompiledPolicy
{
    private readonly NameTable _table;

    internal CompiledPolicy(
        FirewallPolicy policy,
        ImmutableArray<PolicyTerm> terms,
        ImmutableArray<TermClass> classes,
        ImmutableArray<CompiledNetwork> networks,
        ImmutableArray<CompiledName> names,
        NameTable table)
    {
        Policy = policy;
        Terms = terms;
        Classes = classes;
        Networks = networks;
        Names = names;
        _table = table;
    }

    /// <summary>What this was compiled from.</summary>
    public FirewallPolicy Policy { get; }

    /// <summary>All terms; classes are runs of it.</summary>
    public ImmutableArray<PolicyTerm> Terms { get; }

    /// <summary>Every class that networks and names point to, each once.</summary>
    public ImmutableArray<TermClass> Classes { get; }

    /// <summary>
    /// All networks, built-in ones included, each once, sorted by family (IPv4 first), address and length.
    /// Empty in <see cref="PolicyMode.BlockAll"/> and <see cref="PolicyMode.Disabled"/>, where only the mode decides.
    /// </summary>
    public ImmutableArray<CompiledNetwork> Networks { get; }

    /// <summary>
    /// Every name that a rule has, each once. The longest of them that is the name itself or ends it at a label is the whole answer about a
    /// name; where there is none, no rule speaks of it. Empty where <see cref="Networks"/> is, too, for the same reason.
    /// </summary>
    public ImmutableArray<CompiledName> Names { get; }

    /// <summary>
    /// The rules about unix sockets, in the order in which they are asked; the first that matches decides. Empty where
    /// <see cref="Networks"/> is, too, for the same reason.
    /// </summary>
    public ImmutableArray<CompiledUnixRule> UnixRules { get; internal init; } = [];

    /// <summary>The rule that decides about a unix socket; null when none speaks of it.</summary>
    /// <param name="name">A canonical absolute path, or an abstract name without its leading zero.</param>
    /// <param name="isAbstract">Which of the two it is.</param>
    public CompiledUnixRule? FindUnixRule(string name, bool isAbstract)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (CompiledUnixRule rule in UnixRules)
        {
            if (rule.Matches(name, isAbstract))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>The class of the narrowest network that holds an address; one without terms when there is none.</summary>
    /// <param name="address">The address; IPv4-mapped is IPv4.</param>
    public TermClass ClassOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        AddressPrefix whole = AddressPrefix.Of(address);
        for (int length = whole.Length; length >= 0; length--)
        {
            AddressPrefix prefix = (whole with { Length = length }).WithoutHostBits;
            int found = Networks.AsSpan().BinarySearch(new NetworkSearch(prefix));
            if (found >= 0)
            {
                return Networks[found].Class;
            }
        }

        return default;
    }

    /// <summary>The first term of a class that matches; null when none does.</summary>
    /// <param name="termClass">The class.</param>
    /// <param name="port">The port, host order.</param>
    /// <param name="protocol"><see cref="TransportProtocols.Tcp"/> or <see cref="TransportProtocols.Udp"/>.</param>
    /// <param name="executables">
    /// Those of the paths in <see cref="FirewallPolicy.Executables"/> that the sender's program is. Null: the sender is not known; terms for one
    /// program then deny it, and do not allow it.
    /// </param>
    public PolicyTerm? FindTerm(TermClass termClass, int port, TransportProtocols protocol, IReadOnlyCollection<string>? executables = null)
    {
        foreach (PolicyTerm term in Terms.AsSpan().Slice(termClass.First, termClass.Count))
        {
            if (port >= term.FirstPort && port <= term.LastPort && (term.Protocols & protocol) != 0 && IsFor(term, executables))
            {
                return term;
            }
        }

        return null;
    }

    /// <summary>
    /// Decides a name. Labels are compared in wire form: a length octet, then that many octets, ASCII letters in any case,
    /// ending with the zero octet; any other octet stands for itself. Does not allocate. In <see cref="PolicyMode.Observe"/> the answer is
    /// the one that <see cref="FirewallPolicy.ListMode"/> would give.
    /// </summary>
    /// <param name="wireName">
    /// An uncompressed name, RFC 1035 section 3.1; what stands behind its zero octet is not read. What is not such a name does not resolve.
    /// </param>
    public NameDecision DecideName(ReadOnlySpan<byte> wireName) =>
        _table.TryDecide(wireName, out NameDecision decision) ? decision : new NameDecision(false, default, -1, false);

    /// <summary>Decides a name for the program that asks.</summary>
    /// <param name="wireName">As for <see cref="DecideName(ReadOnlySpan{byte})"/>.</param>
    /// <param name="executables">
    /// Those of the paths in <see cref="FirewallPolicy.Executables"/> that the program is. Null: it is not known; rules for one program
    /// then deny it, and do not allow it.
    /// </param>
    public NameDecision DecideName(ReadOnlySpan<byte> wireName, IReadOnlyCollection<string>? executables)
    {
        NameDecision decision = DecideName(wireName);
        if (!decision.DependsOnProgram || executables is null)
        {
            return decision;
        }

        IEnumerable<PolicyTerm> run = Enumerable.Range(decision.Class.First, decision.Class.Count)
            .Select(index => Terms[index])
            .Where(term => IsFor(term, executables));
        (bool resolves, int rule) = NameVerdict.Judge(run, Policy.ListMode);
        return decision with { Resolves = resolves, RuleIndex = rule, HasAllowedDescendant = decision.HasAllowedDescendant && !resolves };
    }

    /// <summary>Whether a term is for a program.</summary>
    /// <param name="term">The term.</param>
    /// <param name="executables">As for <see cref="FindTerm"/>.</param>
    public bool IsFor(PolicyTerm term, IReadOnlyCollection<string>? executables) => executables is null
        ? NameVerdict.IsForUnknown(term)
        : term.ExecutableIndex < 0 || executables.Contains(Policy.Executables[term.ExecutableIndex]);

    private readonly record struct NetworkSearch(AddressPrefix Prefix) : IComparable<CompiledNetwork>
    {
        public int CompareTo(CompiledNetwork other) =>
            Prefix.CompareTo(AddressPrefix.Of(other.Network.BaseAddress) with { Length = other.Network.PrefixLength });
    }
}

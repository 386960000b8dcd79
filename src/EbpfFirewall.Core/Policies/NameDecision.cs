namespace EbpfFirewall.Policies;

/// <summary>What the policy says about a name, before its addresses are known.</summary>
/// <param name="Resolves">
/// True when the name may be looked up: something about it is reachable. False is a denial at DNS.
/// </param>
/// <param name="Class">The class that its addresses get while the answer lives.</param>
/// <param name="RuleIndex">The rule that decided, an index into <see cref="FirewallPolicy.Rules"/>; -1 when only the mode did.</param>
/// <param name="HasAllowedDescendant">
/// True for a denied name with a resolvable name below it: the answer is then NODATA, since NXDOMAIN would deny
/// the whole tree (RFC 8020).
/// </param>
public readonly record struct NameDecision(bool Resolves, TermClass Class, int RuleIndex, bool HasAllowedDescendant)
{
    /// <summary>True when it depends on the program that asks (<c>exe=</c>); the others are then as for a program that is not known.</summary>
    public bool DependsOnProgram { get; init; }
}

namespace EbpfFirewall.Policies.Rules;

/// <summary>A rule with what its text means.</summary>
internal sealed record ParsedRule(FirewallRule Rule, RuleSpecification Specification)
{
    internal RuleAction Action => Rule.Action;

    /// <summary>Index into <see cref="FirewallPolicy.Executables"/>; -1: for every program.</summary>
    internal int ExecutableIndex { get; init; } = -1;

    internal RuleTarget Target => Specification.Target;

    /// <summary>The ports as ranges, also where the rule names none.</summary>
    internal ReadOnlySpan<PortRange> PortRanges => Specification.HasPorts ? Specification.Ports.AsSpan() : AnyPort;

    private static ReadOnlySpan<PortRange> AnyPort => AnyPortArray;

    private static readonly PortRange[] AnyPortArray = [PortRange.All];
}

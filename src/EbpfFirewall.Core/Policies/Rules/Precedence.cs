namespace EbpfFirewall.Policies.Rules;

/// <summary>
/// The order among rules that speak of the same network, or of the same names: with ports before without, with a
/// protocol before without, for one program before for all, deny before allow. Smaller is asked first.
/// </summary>
internal static class Precedence
{
    /// <summary>Behind every rule of the user.</summary>
    internal const int BuiltIn = 16;

    internal static int Of(ParsedRule rule)
    {
        RuleSpecification specification = rule.Specification;
        return (specification.HasPorts ? 0 : 8)
            + (specification.HasProtocol ? 0 : 4)
            + (specification.Executable is not null ? 0 : 2)
            + (rule.Action == RuleAction.Deny ? 0 : 1);
    }
}

namespace EbpfFirewall.Policies;

/// <summary>
/// Collects rules and makes a <see cref="FirewallPolicy"/> of them, or reports everything that is wrong with them at once.
/// </summary>
/// <remarks>Not safe for concurrent use; one owner.</remarks>
public sealed class FirewallPolicyBuilder
{
    /// <summary>Adds a rule that allows.</summary>
    /// <param name="rule">One rule; see docs/policy.md for the grammar.</param>
    /// <param name="source">Where it came from, for messages.</param>
    public FirewallPolicyBuilder Allow(string rule, string source = "builder") => throw new NotImplementedException();

    /// <summary>Adds a rule that denies.</summary>
    /// <param name="rule">One rule; see docs/policy.md for the grammar.</param>
    /// <param name="source">Where it came from, for messages.</param>
    public FirewallPolicyBuilder Deny(string rule, string source = "builder") => throw new NotImplementedException();

    /// <summary>Sets the mode instead of inferring it from the rules.</summary>
    public FirewallPolicyBuilder UseMode(PolicyMode mode) => throw new NotImplementedException();

    /// <summary>Checks everything and makes the policy.</summary>
    /// <exception cref="PolicyValidationException">Something is wrong; all problems are listed.</exception>
    public FirewallPolicy Build() => throw new NotImplementedException();
}

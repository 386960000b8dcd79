using EbpfFirewall.Policies;

namespace EbpfFirewall;

/// <summary>A policy has errors; <see cref="Problems"/> lists all of them.</summary>
public sealed class PolicyValidationException : EgressFirewallException
{
    /// <summary>Makes one.</summary>
    /// <param name="problems">Every problem, at least one.</param>
    public PolicyValidationException(IReadOnlyList<PolicyProblem> problems)
        : base(ErrorCodes.PolicyInvalid, Describe(problems)) => Problems = problems;

    /// <summary>Every problem. <see cref="PolicyProblem.ToString"/> makes a line of one.</summary>
    public IReadOnlyList<PolicyProblem> Problems { get; }

    private static string Describe(IReadOnlyList<PolicyProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        return problems.Count == 1
            ? problems[0].ToString()
            : $"the policy has {problems.Count} errors:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", problems)}";
    }
}

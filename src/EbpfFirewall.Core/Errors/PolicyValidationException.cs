namespace EbpfFirewall;

/// <summary>A policy has errors; <see cref="Problems"/> lists all of them.</summary>
public sealed class PolicyValidationException : EgressFirewallException
{
    /// <summary>Makes one.</summary>
    public PolicyValidationException(IReadOnlyList<string> problems)
        : base(ErrorCodes.PolicyInvalid, string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>Every problem.</summary>
    public IReadOnlyList<string> Problems { get; }
}

using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>What the kernel side would not read to its end: a term that is not read may be a denial.</summary>
internal static class PolicyLimits
{
    /// <summary>Refuses a policy that is too large.</summary>
    /// <exception cref="EgressFirewallException">A destination has more port ranges than the kernel side looks at.</exception>
    public static void Check(CompiledPolicy policy)
    {
        foreach (TermClass termClass in policy.Classes)
        {
            if (termClass.Count > TermLines.ClassTermsMax)
            {
                int rule = policy.Terms[termClass.First].RuleIndex;
                string subject = rule < 0 ? "A destination" : $"What the rule \"{policy.Policy.Rules[rule].Text}\" names";
                throw new EgressFirewallException(
                    ErrorCodes.PolicyTooLarge,
                    $"{subject} has {termClass.Count} port ranges, with those of the rules around it; {TermLines.ClassTermsMax} is the most. "
                    + "Join neighbouring ports to ranges, or give fewer.");
            }
        }
    }
}

using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>Counts the names that are looked up against the limits of the policy. Implemented by the host of the proxy.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public interface INameLimits
{
    /// <summary>Counts a name that the policy allows, before it is looked up.</summary>
    /// <param name="name">Lower case, no trailing dot.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="policy">The policy that allows it.</param>
    /// <param name="ruleIndex">The rule that does; -1: none.</param>
    /// <returns>The limit that is in the way: the name is then not looked up. Null: there is none.</returns>
    PolicyLimit? Count(string name, in ClientFlow client, FirewallPolicy policy, int ruleIndex);
}

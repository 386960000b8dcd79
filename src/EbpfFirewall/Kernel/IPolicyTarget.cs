using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel;

/// <summary>Where a policy comes into force.</summary>
internal interface IPolicyTarget
{
    /// <summary>The table to add addresses to, of the policy in force.</summary>
    LearnedLines Learned { get; }

    /// <summary>Puts a policy in force in one step, with the addresses that names have led to.</summary>
    /// <param name="image">The policy.</param>
    /// <param name="learned">The addresses and what names lend them.</param>
    /// <exception cref="EgressFirewallException">The kernel refused; the policy before stays in force.</exception>
    void Publish(PolicyImage image, IReadOnlyCollection<(AddressRecord Address, LeaseSlots Leases)> learned);
}

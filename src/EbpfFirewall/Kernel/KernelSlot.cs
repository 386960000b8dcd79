namespace EbpfFirewall.Kernel;

/// <summary>A place for an attachment: a number in a bank, with an egress program if it is for a cgroup.</summary>
internal sealed record KernelSlot(uint Number, PolicyBank Bank, EgressProgram? Egress);

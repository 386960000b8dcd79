namespace EbpfFirewall.Kernel;

/// <summary>A place for an attachment: a number in a bank, with its egress program loaded.</summary>
internal sealed record KernelSlot(uint Number, PolicyBank Bank, EgressProgram Egress);

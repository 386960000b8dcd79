namespace EbpfFirewall.Native;

/// <summary>What the caller of a system call gets that a filter has handed over.</summary>
/// <param name="Error">The error that the call ends with.</param>
/// <param name="Afterwards">Done when the caller has it and waits no more; null for nothing. What it throws is ignored.</param>
public readonly record struct SystemCallAnswer(Errno Error, Action? Afterwards = null);

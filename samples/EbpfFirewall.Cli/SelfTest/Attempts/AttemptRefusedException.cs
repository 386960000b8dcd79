namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>A call of an attempt failed: it ends there.</summary>
internal sealed class AttemptRefusedException(string message) : Exception(message);

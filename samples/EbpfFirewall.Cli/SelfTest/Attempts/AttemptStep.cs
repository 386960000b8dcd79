namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>A system call of an attempt.</summary>
/// <param name="Name">Which.</param>
/// <param name="Error">The error number; 0 when it succeeded.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record AttemptStep(string Name, int Error, double Milliseconds);

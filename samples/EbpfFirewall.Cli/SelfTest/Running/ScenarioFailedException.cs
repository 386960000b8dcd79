namespace EbpfFirewall.Cli.SelfTest.Running;

/// <summary>A scenario did not go as it should.</summary>
internal sealed class ScenarioFailedException(string message) : Exception(message);

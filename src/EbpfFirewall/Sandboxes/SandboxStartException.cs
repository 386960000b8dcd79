namespace EbpfFirewall;

/// <summary>A command could not be started in a sandbox.</summary>
public sealed class SandboxStartException : EgressFirewallException
{
    internal SandboxStartException(string code, string message, int exitCode)
        : base(code, message) => ExitCode = exitCode;

    /// <summary>What a shell would return: 127 when there is no such command, 126 when it cannot be executed, else 125.</summary>
    public int ExitCode { get; }
}

namespace EbpfFirewall;

/// <summary>What <see cref="SandboxCleanup.RemoveLeftovers"/> did.</summary>
/// <param name="Removed">Sandboxes that were removed.</param>
/// <param name="Failed">Sandboxes that could not be removed, with the reason.</param>
public sealed record CleanupResult(IReadOnlyList<string> Removed, IReadOnlyList<(string Sandbox, string Reason)> Failed);

namespace EbpfFirewall.Sandboxes;

/// <summary>What a sandbox consists of. <see cref="Enforcement"/> is null in <see cref="Policies.PolicyMode.Disabled"/>.</summary>
internal sealed record SandboxParts(SandboxCgroup Cgroup, Enforcement? Enforcement) : IAsyncDisposable
{
    /// <summary>Takes the policy away. The cgroup must have been removed.</summary>
    public ValueTask DisposeAsync() => Enforcement?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Ends our side only; what the kernel enforces stays.</summary>
    public ValueTask DetachUserSpaceAsync() => Enforcement?.DetachUserSpaceAsync() ?? ValueTask.CompletedTask;
}

namespace EbpfFirewall.Sandboxes;

/// <summary>What a sandbox consists of. <see cref="Enforcement"/> is null in <see cref="Policies.PolicyMode.Disabled"/>.</summary>
internal sealed record SandboxParts(SandboxCgroup Cgroup, Enforcement? Enforcement) : IAsyncDisposable
{
    /// <summary>Removes everything. The cgroup must be empty.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Enforcement is not null)
        {
            await Enforcement.DisposeAsync().ConfigureAwait(false);
        }

        Cgroup.Remove();
    }

    /// <summary>Ends our side only; what the kernel enforces stays.</summary>
    public ValueTask DetachUserSpaceAsync() => Enforcement?.DetachUserSpaceAsync() ?? ValueTask.CompletedTask;
}

using System.Collections.Immutable;

namespace EbpfFirewall;

/// <summary>How the commands of a sandbox run.</summary>
public sealed record SandboxOptions
{
    /// <summary>
    /// The user that commands run as. Default null: the user that called sudo when the process runs through sudo, else the
    /// user of the process itself. Capabilities are dropped for every user, root among them, but for <see cref="Privileges"/>.
    /// </summary>
    public SandboxUser? User { get; init; }

    /// <summary>False to keep the process's own user under sudo, too. Default true.</summary>
    public bool UseSudoUser { get; init; } = true;

    /// <summary>
    /// What commands keep although it leads past the policy, or could; <see cref="SandboxPrivilege.Opens"/> says how. Default: nothing.
    /// Capabilities must be held by this process, and are held by the commands whatever their user; setuid programs stay without effect.
    /// </summary>
    public ImmutableArray<SandboxPrivilege> Privileges { get; init; } = [];
}

using System.Collections.Immutable;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall;

/// <summary>The user that a sandboxed command runs as.</summary>
/// <remarks>Immutable; safe for concurrent use.</remarks>
public sealed record SandboxUser
{
    /// <summary>User id.</summary>
    public required uint UserId { get; init; }

    /// <summary>Primary group id.</summary>
    public required uint GroupId { get; init; }

    /// <summary>Supplementary groups.</summary>
    public ImmutableArray<uint> Groups { get; init; } = [];

    /// <summary>Login name; empty when the user has no entry in the user database.</summary>
    public string Name { get; init; } = "";

    /// <summary>Home directory; empty when not known.</summary>
    public string Home { get; init; } = "";

    /// <summary>Finds a user in /etc/passwd and /etc/group, by name or by id.</summary>
    /// <exception cref="EgressFirewallException">There is no such user.</exception>
    public static SandboxUser Get(string nameOrId)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrId);
        return UserDatabase.Get(nameOrId);
    }
}

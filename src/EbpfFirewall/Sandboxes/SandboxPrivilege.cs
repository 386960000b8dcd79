using System.Collections.Immutable;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall;

/// <summary>
/// Something that commands lose in a sandbox because it leads past the policy, or could. It is kept for those that ask for it
/// (<see cref="SandboxOptions.Privileges"/>): a capability (capabilities(7)), or one of four other things.
/// </summary>
/// <remarks>Immutable; safe for concurrent use. There is one instance of each.</remarks>
public sealed class SandboxPrivilege
{
    internal SandboxPrivilege(string name, string opens, int? capability = null)
    {
        Name = name;
        Opens = opens;
        Capability = capability;
    }

    /// <summary>To use io_uring. Rings make sockets that the system call filter does not see; the policy judges those of TCP and UDP all the same.</summary>
    public static SandboxPrivilege IoUring => PrivilegeTable.Get("io_uring");

    /// <summary>To make and enter namespaces, and to mount in them: rootless containers, the sandboxes of browsers and build tools.</summary>
    public static SandboxPrivilege Namespaces => PrivilegeTable.Get("namespaces");

    /// <summary>To trace and signal processes of the same user outside the sandbox.</summary>
    public static SandboxPrivilege Processes => PrivilegeTable.Get("processes");

    /// <summary>To connect to abstract unix sockets that were bound outside the sandbox.</summary>
    public static SandboxPrivilege AbstractUnix => PrivilegeTable.Get("abstract_unix");

    /// <summary>All there are: the four above, then the capabilities in the order of their numbers.</summary>
    public static ImmutableArray<SandboxPrivilege> All => PrivilegeTable.All;

    /// <summary>Its name in lower case, such as <c>io_uring</c> or <c>net_raw</c>.</summary>
    public string Name { get; }

    /// <summary>What it opens, in a few words for people.</summary>
    public string Opens { get; }

    /// <summary>The number of the capability; null for the others, which the launcher knows by name.</summary>
    internal int? Capability { get; }

    /// <summary>Finds one by name, in upper or lower case, a capability with or without <c>CAP_</c>.</summary>
    /// <exception cref="EgressFirewallException">There is none of that name; the message lists those there are.</exception>
    public static SandboxPrivilege Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return PrivilegeTable.TryGet(name, out SandboxPrivilege? privilege)
            ? privilege
            : throw new EgressFirewallException(
                ErrorCodes.PrivilegeUnknown,
                $"there is no privilege '{name}'. There are {string.Join(", ", All.Select(known => known.Name))}.");
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}

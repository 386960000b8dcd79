using System.Collections.Immutable;
using System.Globalization;

namespace EbpfFirewall.Sandboxes;

/// <summary>Looks users up in <c>passwd(5)</c> and <c>group(5)</c> files.</summary>
internal static class UserDatabase
{
    /// <summary>
    /// Who the command runs as by default: the user that called sudo, as long as we run as root through it; else null,
    /// for "as we are".
    /// </summary>
    /// <exception cref="EgressFirewallException">SUDO_UID or SUDO_GID is not a number.</exception>
    public static SandboxUser? FromSudo()
    {
        string? uid = Environment.GetEnvironmentVariable("SUDO_UID");
        if (string.IsNullOrEmpty(uid) || !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        string gid = Environment.GetEnvironmentVariable("SUDO_GID") ?? uid;
        if (!TryParseId(uid, out uint userId) || !TryParseId(gid, out uint groupId))
        {
            throw new EgressFirewallException(
                ErrorCodes.UserUnknown,
                $"SUDO_UID is '{uid}' and SUDO_GID is '{gid}', which are not ids. Say which user the command runs as with --user.");
        }

        return Find(uid) ?? new SandboxUser { UserId = userId, GroupId = groupId };
    }

    /// <summary>Finds a user by name or by id.</summary>
    /// <exception cref="EgressFirewallException">There is no such user.</exception>
    public static SandboxUser Get(string nameOrId) =>
        Find(nameOrId)
        ?? (TryParseId(nameOrId, out uint id) ? new SandboxUser { UserId = id, GroupId = id } : null)
        ?? throw new EgressFirewallException(
            ErrorCodes.UserUnknown,
            $"There is no user '{nameOrId}' on this host. Give a name from /etc/passwd, or a number.");

    private static SandboxUser? Find(string nameOrId)
    {
        foreach (string[] entry in Entries("/etc/passwd", fields: 7))
        {
            if ((entry[0] == nameOrId || entry[2] == nameOrId)
                && TryParseId(entry[2], out uint userId)
                && TryParseId(entry[3], out uint groupId))
            {
                return new SandboxUser
                {
                    UserId = userId,
                    GroupId = groupId,
                    Groups = GroupsOf(entry[0], groupId),
                    Name = entry[0],
                    Home = entry[5],
                };
            }
        }

        return null;
    }

    private static ImmutableArray<uint> GroupsOf(string user, uint primary)
    {
        var groups = new SortedSet<uint> { primary };
        foreach (string[] entry in Entries("/etc/group", fields: 4))
        {
            if (entry[3].Split(',').Contains(user) && TryParseId(entry[2], out uint id))
            {
                groups.Add(id);
            }
        }

        return [.. groups];
    }

    private static IEnumerable<string[]> Entries(string path, int fields) =>
        File.Exists(path)
            ? File.ReadLines(path).Select(line => line.Split(':')).Where(entry => entry.Length >= fields)
            : [];

    private static bool TryParseId(string text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id != uint.MaxValue;
}

using System.Collections.Immutable;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>Every attempt, by category and number.</summary>
internal static class AttemptList
{
    public static ImmutableArray<Attempt> All { get; } =
    [
        .. AddressAttempts.All,
        .. SocketAttempts.All,
        .. PacketAttempts.All,
        .. EscapeAttempts.All,
        .. ServiceAttempts.All,
        .. FirewallAttempts.All,
        .. LegitimateUse.All,
    ];

    /// <summary>What each letter stands for.</summary>
    public static IReadOnlyDictionary<char, string> Categories { get; } = new Dictionary<char, string>
    {
        ['A'] = "address forms",
        ['B'] = "ways to use a socket",
        ['C'] = "raw packets, tunnels and links",
        ['D'] = "escapes by cgroup, namespace, descriptor, privilege",
        ['E'] = "local programs as deputies",
        ['H'] = "the firewall itself",
        ['P'] = "legitimate use, which must work",
    };
}

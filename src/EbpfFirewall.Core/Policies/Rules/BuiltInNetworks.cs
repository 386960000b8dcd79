using System.Collections.Immutable;

namespace EbpfFirewall.Policies.Rules;

/// <summary>
/// Networks that are special without a rule. A rule for the same network or for one inside it opens them; a wider one does not.
/// </summary>
internal static class BuiltInNetworks
{
    /// <summary>Listeners on this host: what <c>loopback</c> stands for. Connecting to an unspecified address reaches loopback.</summary>
    internal static ImmutableArray<AddressPrefix> Loopback { get; } =
    [
        AddressPrefix.Of("127.0.0.0/8"),
        AddressPrefix.Of("0.0.0.0/32"),
        AddressPrefix.Of("::1/128"),
        AddressPrefix.Of("::/128"),
    ];

    /// <summary>Denied unless named.</summary>
    internal static ImmutableArray<AddressPrefix> Reserved { get; } =
    [
        AddressPrefix.Of("0.0.0.0/8"), // "this network", RFC 1122
        AddressPrefix.Of("100.100.100.200/32"), // metadata of Alibaba Cloud
        AddressPrefix.Of("168.63.129.16/32"), // the host agent of Azure
        AddressPrefix.Of("169.254.0.0/16"), // link-local, RFC 3927
        AddressPrefix.Of("169.254.169.254/32"), // cloud metadata: its own entry, so that a rule for link-local leaves it closed
        AddressPrefix.Of("224.0.0.0/4"), // multicast
        AddressPrefix.Of("240.0.0.0/4"), // reserved, RFC 1112
        AddressPrefix.Of("255.255.255.255/32"), // broadcast
        AddressPrefix.Of("::/96"), // IPv4-compatible, RFC 4291: some stacks carry it as IPv4
        AddressPrefix.Of("64:ff9b::/96"), // NAT64, RFC 6052: an IPv4 address in disguise
        AddressPrefix.Of("64:ff9b:1::/48"), // local NAT64, RFC 8215
        AddressPrefix.Of("2001::/32"), // Teredo, RFC 4380
        AddressPrefix.Of("2002::/16"), // 6to4, RFC 3056
        AddressPrefix.Of("fd00:ec2::254/128"), // metadata of AWS
        AddressPrefix.Of("fe80::/10"), // link-local, RFC 4291
        AddressPrefix.Of("fec0::/10"), // site-local, RFC 3879
        AddressPrefix.Of("ff00::/8"), // multicast
    ];
}

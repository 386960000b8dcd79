using System.Collections.Immutable;

namespace EbpfFirewall.TestKit.Lab;

/// <summary>
/// The fixed map of every lab: each lab has namespaces of its own, so the addresses may be the same. They are documentation
/// prefixes (RFC 5737, RFC 3849), because answers with private addresses are a subject of their own (rebinding).
/// </summary>
public static class World
{
    public const string Network4 = "198.51.100.0/24";
    public const string Network6 = "2001:db8:77::/64";

    /// <summary>Ports of the echo servers on every host, TCP and UDP.</summary>
    public const int EchoPort = 9001;

    /// <inheritdoc cref="EchoPort"/>
    public const int OtherEchoPort = 9002;

    /// <summary>The client's only device beside loopback; the scope of link-local addresses.</summary>
    public const string ClientDevice = "c0";

    /// <summary>A link-local address of the world.</summary>
    public const string LinkLocal = "fe80::77";

    public static LabHost Gateway { get; } = new("gateway", "198.51.100.1", "2001:db8:77::1");

    /// <summary>The side on which commands run.</summary>
    public static LabHost Client { get; } = new("client", "198.51.100.2", "2001:db8:77::2");

    /// <summary>Where allowed.test and its sub-domains are.</summary>
    public static LabHost Allowed { get; } = new("allowed", "198.51.100.10", "2001:db8:77::10");

    /// <summary>Neither allowed nor forbidden by itself; extra.test and the end of the CNAME chain are here.</summary>
    public static LabHost Extra { get; } = new("extra", "198.51.100.20", "2001:db8:77::20");

    /// <summary>Where other.test and all look-alikes are.</summary>
    public static LabHost Forbidden { get; } = new("forbidden", "198.51.100.66", "2001:db8:77::66");

    /// <summary>dnsmasq; what resolv.conf names by default.</summary>
    public static LabHost Resolver { get; } = new("resolver", "198.51.100.53", "2001:db8:77::53");

    /// <summary>unbound, with the same names.</summary>
    public static LabHost OtherResolver { get; } = new("other resolver", "198.51.100.54", "2001:db8:77::54");

    /// <summary>The server whose answers a test writes itself.</summary>
    public static LabHost ScriptedResolver { get; } = new("scripted resolver", "198.51.100.55", "2001:db8:77::55");

    /// <summary>The metadata service of clouds.</summary>
    public static LabHost Metadata { get; } = new("metadata", "169.254.169.254", "fd00:ec2::254");

    /// <summary>IPv6 addresses that embed the forbidden IPv4 one: NAT64 (RFC 6052) and 6to4 (RFC 3056).</summary>
    public static LabHost Embedding { get; } = new("embedding", "198.51.100.67", "64:ff9b::c633:6442");

    /// <inheritdoc cref="Embedding"/>
    public static LabHost SixToFour { get; } = new("6to4", "198.51.100.68", "2002:c633:6442::1");

    /// <summary>All hosts that the world side holds.</summary>
    public static ImmutableArray<LabHost> Hosts { get; } =
    [
        Gateway, Allowed, Extra, Forbidden, Resolver, OtherResolver, ScriptedResolver, Metadata, Embedding, SixToFour,
    ];
}

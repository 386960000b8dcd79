using System.Collections.Immutable;
using EbpfFirewall.TestKit.Lab;

namespace EbpfFirewall.TestKit.Servers;

/// <summary>The names of the world, served alike by dnsmasq and unbound.</summary>
public static class LabZone
{
    /// <summary>How many addresses of each family <c>big.test</c> has: far more than a datagram of 1,232 bytes holds.</summary>
    public const int BigAnswerCount = 100;

    /// <summary>A name with an address that tells which resolver was asked.</summary>
    public const string WhoAnswers = "whoami.test";

    internal static ImmutableArray<ZoneRecord> RecordsOf(LabHost resolver) =>
    [
        .. Host("allowed.test", World.Allowed),
        .. Host("sub.allowed.test", World.Allowed),
        .. Host("deep.sub.allowed.test", World.Allowed),
        .. Host("other.test", World.Forbidden),
        .. Host("evilallowed.test", World.Forbidden),
        .. Host("allowed.test.evil.test", World.Forbidden),
        .. Host("xn--e1afmkfd.test", World.Allowed),
        .. Host("extra.test", World.Extra),
        .. Host("edge.vendor.test", World.Extra),
        new("cdn.vendor.test", "CNAME", "edge.vendor.test"),
        new("alias.test", "CNAME", "cdn.vendor.test"),
        new("only4.test", "A", World.Extra.V4),
        new("only6.test", "AAAA", World.Extra.V6),
        .. Host(WhoAnswers, resolver),
        .. Enumerable.Range(1, BigAnswerCount).SelectMany(i => Host("big.test", new LabHost("", $"198.18.0.{i}", $"2001:db8:88::{i:x}"))),
        .. Host("big.test", World.Extra),
        new("text.test", "TXT", new string('t', 200)),
    ];

    private static ZoneRecord[] Host(string name, LabHost host) => [new(name, "A", host.V4), new(name, "AAAA", host.V6)];
}

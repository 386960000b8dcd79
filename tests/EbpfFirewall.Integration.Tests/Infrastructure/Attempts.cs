using System.Collections.Immutable;

namespace EbpfFirewall.Integration.Tests.Infrastructure;

/// <summary>
/// The ways in which a program can try to reach a host, by the name of the probe's attempt. The control tests show that each works
/// without the firewall; the other tests that none works against it.
/// </summary>
public static class Attempts
{
    private static readonly AddressKind[] AllKinds = [AddressKind.IPv4, AddressKind.IPv6, AddressKind.Mapped];

    private static readonly string[] Plain =
    [
        "tcp", "tcp-fastopen-connect", "tcp-fastopen-sendto",
        "udp-connect", "udp-sendto", "udp-sendmsg", "udp-sendmmsg", "udp-segmented",
    ];

    /// <summary>Those that first go to an allowed host, and then to another on the same socket.</summary>
    private static readonly string[] Moving = ["tcp-reconnect", "udp-reconnect", "udp-dissolve", "udp-sendto-connected"];

    /// <summary>TCP and UDP attempts: they must work for what is allowed.</summary>
    public static TheoryData<string, AddressKind> Ordinary
    {
        get
        {
            TheoryData<string, AddressKind> data = [];
            foreach (AddressKind kind in AllKinds)
            {
                foreach (string name in Plain.Concat(Moving))
                {
                    data.Add(name, kind);
                }
            }

            data.Add("udp-unspecified", AddressKind.IPv4);
            data.Add("udp-4on6-connect", AddressKind.IPv4);
            data.Add("udp-4on6-sendto", AddressKind.IPv4);
            return data;
        }
    }

    /// <summary>Attempts that a sandbox refuses whatever the destination.</summary>
    public static TheoryData<string, AddressKind> Refused => new()
    {
        { "ping", AddressKind.IPv4 },
        { "ping", AddressKind.IPv6 },
        { "raw-ping", AddressKind.IPv4 },
        { "raw-ping", AddressKind.IPv6 },
        { "raw-own-header", AddressKind.IPv4 },
        { "raw", AddressKind.IPv4 },
        { "raw", AddressKind.IPv6 },
        { "udplite-sendto", AddressKind.IPv4 },
        { "udplite-sendto", AddressKind.IPv6 },
        { "udplite-sendto", AddressKind.Mapped },
        { "udplite-connect", AddressKind.IPv4 },
        { "udplite-connect", AddressKind.IPv6 },
    };

    /// <summary>Attempts whose packets nobody answers: the proof that they left is the packet itself.</summary>
    public static TheoryData<string, AddressKind> HeaderTricks => new()
    {
        { "source-route", AddressKind.IPv4 },
        { "source-route", AddressKind.IPv6 },
    };

    /// <summary>The probe's arguments for an attempt on a host.</summary>
    public static ImmutableArray<string> Arguments(string attempt, AddressKind kind, LabHost target, int port = World.EchoPort)
    {
        string to = target.Address(kind);
        string allowed = World.Allowed.Address(kind);
        string text = $"{port}";
        return attempt switch
        {
            "ping" or "raw-ping" => [attempt, to],
            "raw-own-header" => [attempt, allowed, to],
            "raw" => [attempt, to, "253"],
            "source-route" => [attempt, to, text, allowed],
            _ when Moving.Contains(attempt) => [attempt, allowed, text, to, text],
            _ => [attempt, to, text],
        };
    }
}

using System.Globalization;
using System.Net;

namespace EbpfFirewall.Cli.SelfTest.Lab;

/// <summary>
/// Who is where. Everything but the link itself stands on the outside, which takes every address for its own: whatever leaves, arrives.
/// </summary>
internal static class Places
{
    public const string InsideLink = "efw0";
    public const string OutsideLink = "efw1";
    public const string Inside4 = "192.0.2.2";
    public const string Outside4 = "192.0.2.1";
    public const string DirectedBroadcast = "192.0.2.255";
    public const string Inside6 = "2001:db8:1::2";
    public const string Outside6 = "2001:db8:1::1";
    public const string LinkLocal6 = "fe80::1";
    public const string InsideHardware = "02:00:00:0e:f0:02";
    public const string OutsideHardware = "02:00:00:0e:f0:01";

    /// <summary>Allowed by address, TCP 443 and UDP 123.</summary>
    public const string Allowed4 = "198.51.100.10";
    public const string Allowed6 = "2001:db8:a::10";

    /// <summary>Allowed by name alone.</summary>
    public const string AllowedName = "allowed.test";
    public const string ByName4 = "198.51.100.20";
    public const string ByName6 = "2001:db8:a::20";

    /// <summary>What every other name of the name server leads to.</summary>
    public const string ForbiddenName = "evil.test";
    public const string ByForbiddenName4 = "198.18.255.1";

    public const string NameServer4 = "198.51.100.53";

    /// <summary>Where the suite sends its own marks, from outside of every sandbox.</summary>
    public const string Marks4 = "198.51.100.99";

    public const int AllowedPort = 443;
    public const int AllowedUdpPort = 123;
    public const int ForbiddenPort = 22;

    /// <summary>Ports that have a listener on the outside, for TCP and UDP.</summary>
    public static IReadOnlyList<int> OutsidePorts { get; } = [9, 22, 67, 80, 443, 784, 853, 1900, 5001, 5353, 8853];

    /// <summary>Ports of services on the inside, beside the sandbox: ssh, mail, print, databases, a proxy, debuggers, a node agent.</summary>
    public static IReadOnlyList<int> HostPorts { get; } = [22, 25, 631, 3128, 5432, 6379, 9222, 9229, 10250];

    /// <summary>An address of an attempt's own, so that a packet to it is nobody else's.</summary>
    public static IPAddress Forbidden4(int number) =>
        IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"198.18.{number / 250}.{(number % 250) + 1}"));

    /// <inheritdoc cref="Forbidden4"/>
    public static IPAddress Forbidden6(int number) =>
        IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"2001:db8:bad::{number + 1:x}"));

    public static byte[] Hardware(string text) => Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal));
}

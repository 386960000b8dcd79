using System.Net;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>Headers that hide where a packet goes.</summary>
internal static class SourceRoute
{
    /// <summary>IP option 131, loose source and record route: on to this address.</summary>
    public static byte[] Loose(IPAddress address) => [131, 7, 4, .. address.GetAddressBytes(), 0];

    /// <summary>A segment routing header (RFC 8754) of two segments, the forbidden one last.</summary>
    public static byte[] Segments(IPAddress last) =>
        [0, 4, 4, 1, 1, 0, 0, 0, .. last.GetAddressBytes(), .. IPAddress.Parse(Places.Allowed6).GetAddressBytes()];
}

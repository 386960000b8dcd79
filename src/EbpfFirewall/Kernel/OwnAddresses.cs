using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The addresses of this host's interfaces. Connecting to one leads to a listener on the host, as loopback does. What an administrator put on
/// the loopback interface itself is a place like any other: that is how hosts take addresses of services.
/// </summary>
internal static class OwnAddresses
{
    /// <summary>Those there are now, sorted: equal lists say the same.</summary>
    public static ImmutableArray<IPAddress> Find()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(candidate => candidate.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                    .SelectMany(candidate => candidate.GetIPProperties().UnicastAddresses)
                    .Select(unicast => unicast.Address)
                    .Where(address => address.AddressFamily == AddressFamily.InterNetwork || !address.IsIPv6LinkLocal)
                    .Distinct()
                    .OrderBy(address => address.ToString(), StringComparer.Ordinal),
            ];
        }
        catch (NetworkInformationException)
        {
            // An interface went while it was looked at: the change is told, and this is done again.
            return [];
        }
    }
}

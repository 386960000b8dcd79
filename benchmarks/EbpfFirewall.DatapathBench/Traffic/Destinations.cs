using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace EbpfFirewall.DatapathBench;

/// <summary>
/// Networks that a policy allows, and an address in each: 89 % single addresses, 10 % /24, 1 % /16, all between 20.0.0.0 and
/// 99.255.255.255, where nothing is special. The first of a longer list are those of a shorter one.
/// </summary>
internal sealed class Destinations
{
    /// <summary>In none of the networks.</summary>
    internal const string Outside = "150.1.2.3";

    private const uint First = 20u << 24;
    private const uint Count = 80u << 24;

    private Destinations(IReadOnlyList<(uint Address, int Length)> networks, IReadOnlyList<uint> addresses) =>
        (Networks, Addresses) = (networks, addresses);

    internal IReadOnlyList<(uint Address, int Length)> Networks { get; }

    /// <summary>An address in the network of the same number.</summary>
    internal IReadOnlyList<uint> Addresses { get; }

    internal static Destinations Create(int count)
    {
        uint[] addresses = [.. Enumerable.Range(0, count).Select(static i => First + (uint)(((ulong)Mix.Of((uint)i) * Count) >> 32))];
        return new Destinations([.. addresses.Select(static (address, i) => Network(address, i))], addresses);
    }

    /// <summary>Networks of the first so many, each once and in order, with the server's.</summary>
    internal (uint Address, int Length)[] Sorted(int count) =>
        [.. Networks.Take(count).Append((Number(NetworkPair.ServerAddress), 32)).Distinct().Order()];

    /// <summary>A policy that allows the first so many and the server.</summary>
    internal FirewallBuilder Allow(FirewallBuilder builder, int count) => builder.ConfigurePolicy(policy =>
    {
        foreach ((uint Address, int Length) network in Sorted(count))
        {
            policy.Allow(Text(network));
        }
    });

    internal static string Text((uint Address, int Length) network)
    {
        (uint address, int length) = network;
        return string.Create(
            CultureInfo.InvariantCulture, $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}/{length}");
    }

    /// <summary>An address in text as a number.</summary>
    internal static uint Number(string address) => BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes());

    private static (uint Address, int Length) Network(uint address, int i)
    {
        int length = i % 100 == 7 ? 16 : i % 10 == 3 ? 24 : 32;
        return (address & (uint)(ulong.MaxValue << (32 - length)), length);
    }
}

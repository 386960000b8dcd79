using System.Buffers.Binary;
using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Tests.Memory;

/// <summary>Random policies of networks, spread evenly or crowded into a few corners, and the addresses that tell them apart.</summary>
internal static class RandomNetworks
{
    internal static CompiledPolicy Policy(Random random, int networks, bool ipv6)
    {
        FirewallPolicyBuilder builder = new FirewallPolicyBuilder().UseMode(PolicyMode.AllowList);
        bool isCrowded = random.Next(2) == 0;
        HashSet<(UInt128 Address, int Length)> known = [];
        for (int i = 0; i < networks; i++)
        {
            (UInt128 address, int length) = ipv6 ? Network6(random, isCrowded) : Network4(random, isCrowded);
            if (!known.Add((address, length)))
            {
                continue; // a second rule about the same network could never match
            }

            string port = random.Next(3) == 0 ? $":{random.Next(1, 5) * 100}" : "";
            string rule = ipv6 ? $"[{Text(address, ipv6)}]/{length}{port}" : $"{Text(address, ipv6)}/{length}{port}";
            _ = random.Next(4) == 0 ? builder.Deny(rule) : builder.Allow(rule);
        }

        return builder.Build().Compile();
    }

    private static (UInt128 Address, int Length) Network4(Random random, bool isCrowded)
    {
        int length = isCrowded ? random.Next(20, 33) : random.Next(0, 33);
        uint address = isCrowded ? 0x0a00_0000u | (uint)random.Next(1 << 13) : (uint)random.NextInt64(1L << 32);
        return (length == 0 ? 0 : address & (uint.MaxValue << (32 - length)), length);
    }

    private static (UInt128 Address, int Length) Network6(Random random, bool isCrowded)
    {
        int length = random.Next(4) switch { 0 => 48, 1 => 64, 2 => 128, _ => random.Next(0, 129) };
        UInt128 address = isCrowded
            ? new UInt128(0x2001_0db8_0000_0000 | (ulong)(uint)random.Next(4), (ulong)random.Next(1 << 10))
            : new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()) << random.Next(2);
        return (length == 0 ? 0 : address & (UInt128.MaxValue << (128 - length)), length);
    }

    /// <summary>First and last address of networks, their neighbours, the ends of the address space, and others.</summary>
    internal static IPAddress[] Addresses(Random random, CompiledPolicy policy, bool ipv6, int others)
    {
        UInt128 max = ipv6 ? UInt128.MaxValue : uint.MaxValue;
        List<UInt128> addresses = [0, 1, max, max - 1];
        byte[] octets = new byte[16];
        foreach (CompiledNetwork network in policy.Networks.Where(network => network.Network.BaseAddress.AddressFamily == Family(ipv6)))
        {
            network.Network.BaseAddress.TryWriteBytes(octets, out _);
            UInt128 first = ipv6 ? BinaryPrimitives.ReadUInt128BigEndian(octets) : BinaryPrimitives.ReadUInt32BigEndian(octets);
            int hostBits = (ipv6 ? 128 : 32) - network.Network.PrefixLength;
            UInt128 last = hostBits == 128 ? max : first | ((UInt128.One << hostBits) - 1);
            addresses.AddRange([first, last, first == 0 ? 0 : first - 1, last == max ? max : last + 1]);
            addresses.Add(first + (new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()) & (last - first)));
        }

        for (int i = 0; i < others; i++)
        {
            addresses.Add(ipv6 ? new UInt128((ulong)random.NextInt64() << 1, (ulong)random.NextInt64()) : (uint)random.NextInt64(1L << 32));
        }

        return [.. addresses.Select(address => IPAddress.Parse(Text(address, ipv6)))
            .Where(address => !address.IsIPv4MappedToIPv6)];
    }

    private static System.Net.Sockets.AddressFamily Family(bool ipv6) =>
        ipv6 ? System.Net.Sockets.AddressFamily.InterNetworkV6 : System.Net.Sockets.AddressFamily.InterNetwork;

    private static string Text(UInt128 address, bool ipv6)
    {
        byte[] octets = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, address);
        return new IPAddress(ipv6 ? octets : octets[12..]).ToString();
    }
}

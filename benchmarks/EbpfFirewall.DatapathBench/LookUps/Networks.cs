namespace EbpfFirewall.DatapathBench;

/// <summary>The networks that are asked for: datapath.bpf.c makes addresses inside of them from the same numbers.</summary>
internal static class Networks
{
    private const uint AddressesInSlash16 = 5000;

    /// <summary>IPv4, sorted: 89 % single addresses, 10 % /24, 1 % /16; crowded: 5,000 to a /16, up to 16 addresses each.</summary>
    internal static (uint Address, int Length)[] V4(int count, bool crowded)
    {
        var networks = new (uint Address, int Length)[count];
        for (int i = 0; i < count; i++)
        {
            int length = i % 100 == 7 ? (crowded ? 28 : 16) : i % 10 == 3 ? (crowded ? 30 : 24) : 32;
            networks[i] = (Address4(i, crowded) & (uint)(ulong.MaxValue << (32 - length)), length);
        }

        Array.Sort(networks);
        return [.. networks.Distinct()];
    }

    /// <summary>The addresses by which datapath.bpf.c asks for the networks, each once.</summary>
    internal static uint[] Addresses4(int count, bool crowded) =>
        [.. Enumerable.Range(0, count).Select(i => Address4(i, crowded)).Distinct()];

    /// <summary>IPv6, sorted: 60 % /48, 30 % /64, 10 % single addresses.</summary>
    internal static (UInt128 Address, int Length)[] V6(int count)
    {
        var networks = new (UInt128 Address, int Length)[count];
        for (int i = 0; i < count; i++)
        {
            int length = (i % 10) switch { < 6 => 48, < 9 => 64, _ => 128 };
            var address = new UInt128((Mix.Of((ulong)i) >> 3) | 0x2000_0000_0000_0000, Mix.Of((ulong)i + 0x9e37_79b9));
            networks[i] = (address & (UInt128.MaxValue << (128 - length)), length);
        }

        Array.Sort(networks);
        return [.. networks.Distinct()];
    }

    private static uint Address4(int i, bool crowded) => crowded
        ? (Mix.Of((uint)i / AddressesInSlash16) & 0xffff_0000) | (((uint)i % AddressesInSlash16 * 13) & 0xffff)
        : Mix.Of((uint)i);
}

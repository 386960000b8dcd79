namespace EbpfFirewall.DatapathBench;

/// <summary>The networks that are asked for: datapath.bpf.c makes addresses inside of them from the same numbers.</summary>
internal static class Networks
{
    /// <summary>IPv4, sorted: 89 % single addresses, 10 % /24, 1 % /16; crowded: 5,000 to a /16, up to 16 addresses each.</summary>
    internal static (uint Address, int Length)[] V4(int count, bool crowded)
    {
        var networks = new (uint Address, int Length)[count];
        for (int i = 0; i < count; i++)
        {
            int length = i % 100 == 7 ? (crowded ? 28 : 16) : i % 10 == 3 ? (crowded ? 30 : 24) : 32;
            uint address = crowded ? (Mix32((uint)i / 5000) & 0xffff_0000) | (((uint)i % 5000 * 13) & 0xffff) : Mix32((uint)i);
            networks[i] = (address & (uint)(ulong.MaxValue << (32 - length)), length);
        }

        Array.Sort(networks);
        return [.. networks.Distinct()];
    }

    /// <summary>IPv6, sorted: 60 % /48, 30 % /64, 10 % single addresses.</summary>
    internal static (UInt128 Address, int Length)[] V6(int count)
    {
        var networks = new (UInt128 Address, int Length)[count];
        for (int i = 0; i < count; i++)
        {
            int length = (i % 10) switch { < 6 => 48, < 9 => 64, _ => 128 };
            var address = new UInt128((Mix64((ulong)i) >> 3) | 0x2000_0000_0000_0000, Mix64((ulong)i + 0x9e37_79b9));
            networks[i] = (address & (UInt128.MaxValue << (128 - length)), length);
        }

        Array.Sort(networks);
        return [.. networks.Distinct()];
    }

    private static uint Mix32(uint x)
    {
        x ^= x >> 16;
        x *= 0x7feb_352d;
        x ^= x >> 15;
        x *= 0x846c_a68b;
        return x ^ (x >> 16);
    }

    private static ulong Mix64(ulong x)
    {
        x ^= x >> 30;
        x *= 0xbf58_476d_1ce4_e5b9;
        x ^= x >> 27;
        x *= 0x94d0_49bb_1331_11eb;
        return x ^ (x >> 31);
    }
}

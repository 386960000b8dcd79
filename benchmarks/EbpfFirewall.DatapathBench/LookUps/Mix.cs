namespace EbpfFirewall.DatapathBench;

/// <summary>Numbers in no order, each from one other: as in datapath.bpf.c.</summary>
internal static class Mix
{
    internal static uint Of(uint x)
    {
        x ^= x >> 16;
        x *= 0x7feb_352d;
        x ^= x >> 15;
        x *= 0x846c_a68b;
        return x ^ (x >> 16);
    }

    internal static ulong Of(ulong x)
    {
        x ^= x >> 30;
        x *= 0xbf58_476d_1ce4_e5b9;
        x ^= x >> 27;
        x *= 0x94d0_49bb_1331_11eb;
        return x ^ (x >> 31);
    }
}

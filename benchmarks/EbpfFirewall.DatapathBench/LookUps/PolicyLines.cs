using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.DatapathBench;

/// <summary>Networks as the firewall writes them into a policy's memory.</summary>
internal static class PolicyLines
{
    /// <summary>The class that every network gets: any but "none".</summary>
    internal const uint SomeClass = 2;

    /// <summary>Lines that the networks take.</summary>
    internal static uint Count((uint Address, int Length)[] v4)
    {
        LineWriter counter = LineWriter.Counting();
        RevisionRecord revision = default;
        AddressIndex4.Write(ref counter, Ranges(v4), ref revision);
        return counter.Next;
    }

    /// <summary>Lines that the networks take.</summary>
    internal static uint Count((UInt128 Address, int Length)[] v6)
    {
        LineWriter counter = LineWriter.Counting();
        RevisionRecord revision = default;
        AddressIndex6.Write(ref counter, Ranges(v6), ref revision);
        return counter.Next;
    }

    /// <summary>Writes a revision with them; returns the line it stands in.</summary>
    internal static uint Write(Span<LineRecord> memory, (uint Address, int Length)[] v4, (UInt128 Address, int Length)[] v6)
    {
        LineWriter lines = LineWriter.Into(memory, 1);
        uint at = lines.Take(1);
        RevisionRecord revision = default;
        AddressIndex4.Write(ref lines, Ranges(v4), ref revision);
        AddressIndex6.Write(ref lines, Ranges(v6), ref revision);
        lines.At<RevisionRecord>(at) = revision;
        return at;
    }

    private static ClassRanges<uint> Ranges((uint Address, int Length)[] networks)
    {
        ClassRanges<uint> ranges = new(networks.Length);
        foreach ((uint address, int length) in networks)
        {
            ranges.Add(address, address | (uint)((1ul << (32 - length)) - 1), SomeClass);
        }

        ranges.Complete();
        return ranges;
    }

    private static ClassRanges<UInt128> Ranges((UInt128 Address, int Length)[] networks)
    {
        ClassRanges<UInt128> ranges = new(networks.Length);
        foreach ((UInt128 address, int length) in networks)
        {
            ranges.Add(address, address | ((UInt128.One << (128 - length)) - 1), SomeClass);
        }

        ranges.Complete();
        return ranges;
    }
}

using System.Runtime.InteropServices;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>Networks as the firewall writes them into a policy's memory.</summary>
internal static class NetworkLines
{
    /// <summary>The class that every network gets: any but "none".</summary>
    internal const uint SomeClass = 2;

    /// <summary>Lines that the networks take, that of the attachment included.</summary>
    internal static uint Count((uint Address, int Length)[] v4, (UInt128 Address, int Length)[] v6)
    {
        LineWriter counter = LineWriter.Counting();
        Write(ref counter, v4, v6);
        return counter.Next;
    }

    /// <summary>Puts the networks in force for attachment 0 as the firewall does: written aside, then one store.</summary>
    internal static void Publish(BpfMapMemory memory, (uint Address, int Length)[] v4, (UInt128 Address, int Length)[] v6)
    {
        LineWriter lines = LineWriter.Into(MemoryMarshal.Cast<byte, LineRecord>(memory.Bytes), 0);
        (uint image, byte shift4) = Write(ref lines, v4, v6);
        Volatile.Write(ref memory.At<HeaderRecord>(0).Active, HeaderRecord.ToActive(1, image, shift4));
    }

    private static (uint Image, byte Shift4) Write(
        ref LineWriter lines, (uint Address, int Length)[] v4, (UInt128 Address, int Length)[] v6)
    {
        lines.Take(1);
        uint at = lines.Take(1);
        byte shift4 = AddressIndex4.Write(ref lines, Ranges(v4));
        ImageRecord image = default;
        AddressIndex6.Write(ref lines, Ranges(v6), ref image);
        lines.At<ImageRecord>(at) = image;
        return (at, shift4);
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

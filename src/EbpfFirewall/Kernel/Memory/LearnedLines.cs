using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// The learned addresses of one revision, while it is in force: an open-addressed set that only grows. A lease is one store, and the
/// kernel side sees it at its next look; room comes back when a new revision is published.
/// </summary>
/// <remarks>One writer.</remarks>
internal sealed class LearnedLines(BpfMapMemory memory, uint first, uint lineCount, ulong seed)
{
    /// <summary>Lines that an address may stand away from where it belongs: <c>EFW_PROBES</c> (efw_policy.h).</summary>
    internal const int Probes = 16;

    private const int ClassBits = 16;
    private const ulong Mixer = 0x9e37_79b9_7f4a_7c15;

    /// <summary>First of its lines.</summary>
    public uint First => first;

    /// <summary>Lines that it has, a power of two.</summary>
    public uint LineCount => lineCount;

    /// <summary>Of the hash over addresses.</summary>
    public ulong Seed => seed;

    /// <summary>Addresses in it.</summary>
    public int Count { get; private set; }

    /// <summary>The most that it should hold; beyond, searches grow long.</summary>
    public int Capacity => (int)(lineCount / 2);

    /// <summary>A lease as one number.</summary>
    /// <param name="deadline">In ticks (<see cref="KernelTicks"/>).</param>
    /// <param name="termClass">Number of the class.</param>
    public static ulong Lease(ulong deadline, ushort termClass) => (deadline << ClassBits) | termClass;

    /// <summary>Takes a lease apart.</summary>
    public static (ulong Deadline, ushort Class) Parse(ulong lease) => (lease >> ClassBits, (ushort)lease);

    /// <summary>The same table where its lines have been copied to.</summary>
    public LearnedLines In(BpfMapMemory copy, uint copyFirst) => new(copy, copyFirst, lineCount, seed) { Count = Count };

    /// <summary>
    /// Writes what names lend to an address. The leases that the address has in this table are replaced one by one, each by one store.
    /// </summary>
    /// <returns>False when there is no room for the address.</returns>
    public bool TryWrite(in AddressRecord address, in LeaseSlots leases)
    {
        (ulong upper, ulong lower) = address.Halves;
        ref LearnedRecord line = ref Find(upper, lower, out bool isKnown);
        if (Unsafe.IsNullRef(ref line))
        {
            return false;
        }

        if (!isKnown)
        {
            line.Upper = upper;
            line.Lower = lower;
            Count++;
        }

        // The first lease makes the line visible, so it comes last.
        ReadOnlySpan<ulong> from = leases;
        Span<ulong> to = MemoryMarshal.CreateSpan(ref line.Lease[0], LeaseSlots.Length);
        for (int i = LeaseSlots.Length - 1; i >= 0; i--)
        {
            if (to[i] != from[i])
            {
                Volatile.Write(ref to[i], from[i]);
            }
        }

        return true;
    }

    private ref LearnedRecord Find(ulong upper, ulong lower, out bool isKnown)
    {
        ulong hash = Hash(upper, lower);
        for (uint i = 0; i < Probes; i++)
        {
            ref LearnedRecord line = ref memory.At<LearnedRecord>((first + ((uint)(hash + i) & (lineCount - 1))) * (long)LineRecord.SizeBytes);
            isKnown = line.Lease[0] != 0 && line.Upper == upper && line.Lower == lower;
            if (isKnown || line.Lease[0] == 0)
            {
                return ref line;
            }
        }

        isKnown = false;
        return ref Unsafe.NullRef<LearnedRecord>();
    }

    // efw_hash (bpf/lib/policy.h).
    private ulong Hash(ulong upper, ulong lower)
    {
        ulong hash = (seed ^ upper) * Mixer;
        hash ^= hash >> 32;
        return ((hash ^ lower) * Mixer) >> 32;
    }
}

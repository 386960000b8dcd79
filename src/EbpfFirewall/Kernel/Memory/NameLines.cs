using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// The names of a policy as the kernel side finds them (<c>bpf/lib/names.h</c>): a hash of each, and its octets, so that a name counts only
/// when it is the same. Hashes are keyed by chance, and no two names of a set share one.
/// </summary>
/// <remarks>Immutable; safe for concurrent use.</remarks>
internal sealed class NameLines
{
    /// <summary>Lines that a slot may stand away from where it belongs: <c>EFW_PROBES</c> (efw_policy.h).</summary>
    internal const int Probes = LearnedLines.Probes;

    private const ulong Mixer = 0x9e37_79b9_7f4a_7c15;

    /// <summary>Names to a line of slots, of the five that fit: searches stay in their first line nearly always.</summary>
    private const int NamesPerLine = 2;

    private readonly NameEntry[] _names;
    private readonly NameSlotsRecord[] _slots;
    private readonly ulong _seed;

    private NameLines(NameEntry[] names, NameSlotsRecord[] slots, ulong seed)
    {
        _names = names;
        _slots = slots;
        _seed = seed;
    }

    /// <summary>Lines that they take.</summary>
    public uint LineCount => (uint)(1 + _slots.Length + _names.Sum(entry => (long)entry.LineCount));

    /// <summary>Prepares the names of a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="terms">Its terms, whose numbers the names get.</param>
    public static NameLines Create(CompiledPolicy policy, TermLines terms) =>
        Create(policy, terms, static () => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));

    /// <summary>The same with chosen seeds.</summary>
    internal static NameLines Create(CompiledPolicy policy, TermLines terms, Func<ulong> seeds)
    {
        NameEntry[] names =
        [
            .. policy.Names.Select(name => new NameEntry(Encoding.ASCII.GetBytes(name.Name), terms.Number(name.Self), terms.Number(name.Below))),
        ];
        int lines = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, (names.Length + NamesPerLine - 1) / NamesPerLine));
        while (true)
        {
            ulong seed = seeds();
            if (TryPlace(names, lines, seed) is { } slots)
            {
                return new NameLines(names, slots, seed);
            }

            // Two names share a hash, or a neighbourhood is full: another seed places them otherwise.
        }
    }

    /// <summary>Writes the names.</summary>
    /// <returns>The line that describes the set.</returns>
    public uint Write(ref LineWriter lines)
    {
        uint at = lines.Take(1);
        uint slots = lines.Take((uint)_slots.Length);
        uint[] places = new uint[_names.Length];
        for (int i = 0; i < _names.Length; i++)
        {
            places[i] = lines.Take(_names[i].LineCount);
            WriteName(ref lines, places[i], _names[i]);
        }

        for (int i = 0; i < _slots.Length; i++)
        {
            NameSlotsRecord record = _slots[i];
            foreach (ref uint line in (Span<uint>)record.Line)
            {
                line = line == 0 ? 0 : places[line - 1];
            }

            lines.At<NameSlotsRecord>(slots + (uint)i) = record;
        }

        lines.At<NamesRecord>(at) = new NamesRecord
        {
            Seed = _seed,
            Slots = slots,
            Mask = (uint)_slots.Length - 1,
            Labels = _names.Length == 0 ? 0 : _names.Max(entry => entry.Labels),
        };
        return at;
    }

    /// <summary>efw_name_hash (bpf/lib/names.h) over a name, from its last octet to its first.</summary>
    internal static ulong Hash(ulong seed, ReadOnlySpan<byte> name)
    {
        ulong hash = seed;
        for (int i = name.Length - 1; i >= 0; i--)
        {
            hash = (hash ^ name[i]) * Mixer;
            hash ^= hash >> 32;
        }

        return hash;
    }

    /// <summary>Gives every name a slot, where lines are numbers of names, from one on.</summary>
    /// <returns>Null when that cannot be done with this seed.</returns>
    private static NameSlotsRecord[]? TryPlace(NameEntry[] names, int lineCount, ulong seed)
    {
        var slots = new NameSlotsRecord[lineCount];
        for (int i = 0; i < names.Length; i++)
        {
            if (!TryPlace(slots, Hash(seed, names[i].Octets), (uint)i + 1))
            {
                return null;
            }
        }

        return slots;
    }

    private static bool TryPlace(NameSlotsRecord[] slots, ulong hash, uint name)
    {
        for (uint probe = 0; probe < Probes; probe++)
        {
            ref NameSlotsRecord line = ref slots[((uint)(hash >> 32) + probe) & (uint)(slots.Length - 1)];
            for (int k = 0; k < NameHashes.Length; k++)
            {
                if (line.Line[k] == 0)
                {
                    line.Hash[k] = hash;
                    line.Line[k] = name;
                    return true;
                }

                if (line.Hash[k] == hash)
                {
                    return false;
                }
            }
        }

        return false;
    }

    private static void WriteName(ref LineWriter lines, uint at, in NameEntry entry)
    {
        ref NameRecord record = ref lines.At<NameRecord>(at);
        record.Self = entry.Self;
        record.Below = entry.Below;
        record.Length = (uint)entry.Octets.Length;
        ReadOnlySpan<byte> octets = entry.Octets;
        int first = Math.Min(octets.Length, NameText.Length * sizeof(ulong));
        octets[..first].CopyTo(MemoryMarshal.AsBytes((Span<ulong>)record.Text));
        for (octets = octets[first..]; !octets.IsEmpty; octets = octets[Math.Min(octets.Length, LineRecord.SizeBytes)..])
        {
            ref LineRecord line = ref lines.At<LineRecord>(++at);
            octets[..Math.Min(octets.Length, LineRecord.SizeBytes)].CopyTo(MemoryMarshal.AsBytes((Span<uint>)line.W));
        }
    }

    private readonly record struct NameEntry(byte[] Octets, ushort Self, ushort Below)
    {
        public uint Labels => (uint)Octets.AsSpan().Count((byte)'.') + 1;

        public uint LineCount => 1 + (uint)((Math.Max(0, Octets.Length - (NameText.Length * sizeof(ulong))) + LineRecord.SizeBytes - 1) / LineRecord.SizeBytes);
    }
}

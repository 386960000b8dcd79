using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>The object of datapath.bpf.c with networks of one size in both forms, and what is measured with it.</summary>
internal sealed class Bench : IDisposable
{
    private const uint SomeClass = 2;
    private readonly BpfObject _object;
    private readonly BpfMapMemory _memory;
    private readonly byte[] _packet = new byte[64];

    private Bench(BpfObjectSpec template, uint lines, int networks)
    {
        BpfObjectSpec spec = template.Copy();
        spec.Maps["efw_policy"].MaxEntries = lines;
        spec.Maps["bench_trie4"].MaxEntries = (uint)networks;
        spec.Maps["bench_trie6"].MaxEntries = (uint)networks;
        _object = BpfObject.Load(spec);
        _memory = _object.Maps["efw_policy"].MapMemory();
    }

    private Span<LineRecord> Lines => MemoryMarshal.Cast<byte, LineRecord>(_memory.Bytes);

    /// <summary>Look-ups: ours and the trie's, each less what the same program takes without one.</summary>
    internal static IEnumerable<Row> LookUps(BpfObjectSpec template, int networks, bool crowded, int rounds, int repeat)
    {
        (uint Address, int Length)[] v4 = Networks.V4(networks, crowded);
        (UInt128 Address, int Length)[] v6 = crowded ? [] : Networks.V6(networks);
        uint lines = 2 + Count4(v4) + Count6(v6);
        using Bench bench = new(template, lines, networks);
        bench.Fill(v4, v6);
        double bytes = (double)Count4(v4) * LineRecord.SizeBytes / v4.Length;
        foreach (bool hot in (bool[])[true, false])
        {
            string how = hot ? "one address" : crowded ? "random, crowded" : "random";
            yield return bench.LookUp("4", $"IPv4, {networks:N0} networks, {how}", networks, hot, crowded, rounds, repeat, $"{bytes:F0} B a network");
            if (!crowded)
            {
                yield return bench.LookUp("6", $"IPv6, {networks:N0} networks, {how}", networks, hot, crowded, rounds, repeat, "");
            }
        }
    }

    /// <summary>Sorted networks into force: ours by stores, the trie's entry by entry.</summary>
    internal static Row Load(BpfObjectSpec template, int networks, int rounds)
    {
        (uint Address, int Length)[] v4 = Networks.V4(networks, crowded: false);
        List<(double, double)> results = [];
        for (int round = 0; round < rounds; round++)
        {
            using Bench bench = new(template, 2 + Count4(v4), networks);
            long start = Stopwatch.GetTimestamp();
            bench.Publish(v4, []);
            double ours = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            start = Stopwatch.GetTimestamp();
            bench.FillTrie4(v4);
            results.Add((ours / v4.Length, Stopwatch.GetElapsedTime(start).TotalNanoseconds / v4.Length));
        }

        return new Row($"{networks:N0} IPv4 networks into force, each", "the trie, one by one", results);
    }

    /// <summary>One learned address after the other.</summary>
    internal static Row Learn(BpfObjectSpec template, int rounds)
    {
        const int Addresses = 20_000;
        const uint Room = 1 << 17;
        AddressRecord[] addresses = [.. Enumerable.Range(0, Addresses).Select(i =>
            AddressRecord.From(new System.Net.IPAddress((long)BinaryPrimitives.ReverseEndianness(0x0a00_0000u + (uint)i))))];
        LeaseSlots leases = default;
        leases[0] = LearnedLines.Lease(1, (ushort)SomeClass);
        List<(double, double)> results = [];
        for (int round = 0; round < rounds; round++)
        {
            using Bench bench = new(template, Room + 1, 1);
            BpfMap<AddressRecord, LearnedRecord> hash = bench._object.Maps["bench_hash"].As<AddressRecord, LearnedRecord>();
            LearnedLines learned = new(bench._memory, 1, Room, 7);
            bench._memory.Bytes.Clear(); // its pages are there before the clock starts, as they are in a running firewall
            long start = Stopwatch.GetTimestamp();
            foreach (AddressRecord address in addresses)
            {
                learned.TryWrite(address, leases);
            }

            double ours = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            start = Stopwatch.GetTimestamp();
            foreach (AddressRecord address in addresses)
            {
                hash.Set(address, default);
            }

            results.Add((ours / Addresses, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Addresses));
        }

        return new Row("a learned address, each", "an update of a hash, one by one", results);
    }

    public void Dispose()
    {
        _memory.Dispose();
        _object.Dispose();
    }

    private static uint Count4((uint Address, int Length)[] networks)
    {
        LineWriter counter = LineWriter.Counting();
        RevisionRecord revision = default;
        AddressIndex4.Write(ref counter, Ranges4(networks), ref revision);
        return counter.Next;
    }

    private static uint Count6((UInt128 Address, int Length)[] networks)
    {
        LineWriter counter = LineWriter.Counting();
        RevisionRecord revision = default;
        AddressIndex6.Write(ref counter, Ranges6(networks), ref revision);
        return counter.Next;
    }

    private static ClassRanges<uint> Ranges4((uint Address, int Length)[] networks)
    {
        ClassRanges<uint> ranges = new(networks.Length);
        foreach ((uint address, int length) in networks)
        {
            ranges.Add(address, address | (uint)(uint.MaxValue >> (length == 32 ? 31 : length) >> (length == 32 ? 1 : 0)), SomeClass);
        }

        ranges.Complete();
        return ranges;
    }

    private static ClassRanges<UInt128> Ranges6((UInt128 Address, int Length)[] networks)
    {
        ClassRanges<UInt128> ranges = new(networks.Length);
        foreach ((UInt128 address, int length) in networks)
        {
            ranges.Add(address, address | ((UInt128.One << (128 - length)) - 1), SomeClass);
        }

        ranges.Complete();
        return ranges;
    }

    private void Publish((uint Address, int Length)[] v4, (UInt128 Address, int Length)[] v6)
    {
        LineWriter lines = LineWriter.Into(Lines, 1);
        uint at = lines.Take(1);
        RevisionRecord revision = default;
        AddressIndex4.Write(ref lines, Ranges4(v4), ref revision);
        AddressIndex6.Write(ref lines, Ranges6(v6), ref revision);
        lines.At<RevisionRecord>(at) = revision;
        Volatile.Write(ref _memory.At<ulong>(0), (1ul << 32) | at);
    }

    private void Fill((uint Address, int Length)[] v4, (UInt128 Address, int Length)[] v6)
    {
        Publish(v4, v6);
        FillTrie4(v4);
        Span<byte> key = stackalloc byte[20];
        Span<byte> value = [1, 0, 0, 0];
        foreach ((UInt128 address, int length) in v6)
        {
            BinaryPrimitives.WriteInt32LittleEndian(key, length);
            BinaryPrimitives.WriteUInt128BigEndian(key[4..], address);
            _object.Maps["bench_trie6"].Update(key, value);
        }
    }

    private void FillTrie4((uint Address, int Length)[] v4)
    {
        BpfMap<ulong, uint> trie = _object.Maps["bench_trie4"].As<ulong, uint>();
        foreach ((uint address, int length) in v4)
        {
            trie.Set((uint)length | ((ulong)BinaryPrimitives.ReverseEndianness(address) << 32), 1);
        }
    }

    private Row LookUp(string family, string work, int networks, bool hot, bool crowded, int rounds, int repeat, string note)
    {
        _object.Variables["bench_span"].Set(hot ? 1ul : (ulong)networks);
        _object.Variables["bench_crowded"].Set(crowded ? 1ul : 0);
        List<(double, double)> results = [];
        Run(family, "lines", repeat);
        for (int round = 0; round < rounds; round++)
        {
            double none = Run(family, "none", repeat);
            double ours = Run(family, "lines", repeat);
            double theirs = Run(family, "lpm", repeat);
            results.Add((Math.Max(0.1, ours - none), Math.Max(0.1, theirs - none)));
        }

        return new Row(work, "the kernel's LPM trie", results, note);
    }

    private double Run(string family, string program, int repeat)
    {
        _object.Variables["bench_sum"].Set(0ul);
        long start = Stopwatch.GetTimestamp();
        _object.Programs[$"bench_{program}{family}"].TestRun(_packet, repeat: repeat);
        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds / repeat;
        ulong found = _object.Variables["bench_sum"].Get<ulong>();
        return found == (ulong)repeat
            ? nanoseconds
            : throw new InvalidOperationException($"{program}{family} found {found} of {repeat} addresses: it is not the same work.");
    }
}

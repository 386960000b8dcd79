using System.Buffers.Binary;
using System.Diagnostics;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.DatapathBench;

/// <summary>The object of datapath.bpf.c, with room for networks in every form.</summary>
internal sealed class LookUpObject : IDisposable
{
    private const int TrieKeyBytes = 20;
    private readonly BpfObject _object;
    private readonly byte[] _packet = new byte[64];

    /// <param name="template">datapath.bpf.o.</param>
    /// <param name="lines">Lines of the policy's memory.</param>
    /// <param name="networks">Room in the kernel's tables.</param>
    internal LookUpObject(BpfObjectSpec template, uint lines, int networks)
    {
        BpfObjectSpec spec = template.Copy();
        spec.Maps["efw_policy"].MaxEntries = lines;
        spec.Maps["bench_trie4"].MaxEntries = (uint)networks;
        spec.Maps["bench_trie6"].MaxEntries = (uint)networks;
        spec.Maps["bench_exact4"].MaxEntries = (uint)networks;
        _object = BpfObject.Load(spec);
        Memory = _object.Maps["efw_policy"].MapMemory();
    }

    internal BpfMapMemory Memory { get; }

    internal BpfMap<AddressRecord, LearnedRecord> Hash => _object.Maps["bench_hash"].As<AddressRecord, LearnedRecord>();

    private BpfMap<ulong, uint> Trie4 => _object.Maps["bench_trie4"].As<ulong, uint>();

    /// <summary>A network as the trie's key: its length, then the address as it stands in a packet.</summary>
    internal static ulong TrieKey((uint Address, int Length) network) =>
        (uint)network.Length | ((ulong)BinaryPrimitives.ReverseEndianness(network.Address) << 32);

    internal void FillTrie((uint Address, int Length)[] v4)
    {
        BpfMap<ulong, uint> trie = Trie4;
        foreach ((uint Address, int Length) network in v4)
        {
            trie.Set(TrieKey(network), 1);
        }
    }

    internal void FillTrieInBatches(ulong[] keys, uint[] values)
    {
        const int Batch = 65_536;
        BpfMap<ulong, uint> trie = Trie4;
        for (int at = 0; at < keys.Length; at += Batch)
        {
            int size = Math.Min(Batch, keys.Length - at);
            trie.SetMany(keys.AsSpan(at, size), values.AsSpan(at, size));
        }
    }

    internal void FillTrie((UInt128 Address, int Length)[] v6)
    {
        Span<byte> key = stackalloc byte[TrieKeyBytes];
        Span<byte> value = [1, 0, 0, 0];
        foreach ((UInt128 address, int length) in v6)
        {
            BinaryPrimitives.WriteInt32LittleEndian(key, length);
            BinaryPrimitives.WriteUInt128BigEndian(key[4..], address);
            _object.Maps["bench_trie6"].Update(key, value);
        }
    }

    internal void FillHash(uint[] addresses)
    {
        BpfMap<uint, uint> hash = _object.Maps["bench_exact4"].As<uint, uint>();
        foreach (uint address in addresses)
        {
            hash.Set(address, 1);
        }
    }

    /// <summary>What the next runs ask for.</summary>
    internal void Ask(int span, bool crowded)
    {
        _object.Variables["bench_span"].Set((ulong)span);
        _object.Variables["bench_crowded"].Set(crowded ? 1ul : 0);
    }

    /// <summary>Runs a program; nanoseconds a run.</summary>
    /// <exception cref="InvalidOperationException">It did not find every address.</exception>
    internal double Run(string program, int repeat)
    {
        _object.Variables["bench_sum"].Set(0ul);
        long start = Stopwatch.GetTimestamp();
        _object.Programs[$"bench_{program}"].TestRun(_packet, repeat: repeat);
        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds / repeat;
        ulong found = _object.Variables["bench_sum"].Get<ulong>();
        return found == (ulong)repeat
            ? nanoseconds
            : throw new InvalidOperationException($"{program} found {found} of {repeat} addresses: it is not the same work.");
    }

    public void Dispose()
    {
        Memory.Dispose();
        _object.Dispose();
    }
}

using System.Runtime.InteropServices;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Maps;

public sealed class EnumerationTests
{
    [KernelTheory]
    [InlineData(BpfMapType.Hash)]
    [InlineData(BpfMapType.LruHash)]
    [InlineData(BpfMapType.Array)]
    public void Elements_of_many_batches_come_once_each(BpfMapType type)
    {
        const int Count = 20_000;
        using BpfMap map = BpfMap.Create(new BpfMapSpec("many", type, 4, 8, type == BpfMapType.Array ? Count : 4u * Count));
        BpfMap<uint, ulong> table = map.As<uint, ulong>();
        uint[] keys = [.. Enumerable.Range(0, Count).Select(static i => (uint)i)];
        table.SetMany(keys, [.. keys.Select(static k => k * 3UL)]);

        KeyValuePair<uint, ulong>[] elements = [.. table.Enumerate()];

        elements.Select(static e => e.Key).Order().Should().Equal(keys);
        elements.Should().OnlyContain(static e => e.Value == e.Key * 3UL);
    }

    [KernelFact]
    public void Map_types_without_batches_are_walked()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("maps"));
        using BpfMap trie = BpfMap.Create(new BpfMapSpec("trie", BpfMapType.LpmTrie, 8, 4, 64));
        BpfMap<ulong, uint> prefixes = trie.As<ulong, uint>();
        for (uint i = 0; i < 50; i++)
        {
            prefixes.Set(32 | ((ulong)i << 32), i);
        }

        prefixes.Enumerate().Select(static e => e.Value).Order().Should().Equal(Enumerable.Range(0, 50).Select(static i => (uint)i));
        loaded.Maps["tails"].As<uint, uint>().Enumerate().Should().ContainSingle("its other slot is empty").Which.Key.Should().Be(1);
    }

    [KernelFact]
    public void Room_grows_until_a_bucket_fits()
    {
        // Values of 60 KiB leave room for one in the first batch, and with 64 keys in as many buckets some hold several.
        using BpfMap few = BpfMap.Create(new BpfMapSpec("large", BpfMapType.Hash, 4, Marshal.SizeOf<Large>(), 64) { Flags = BpfMapFlags.NoPreallocation });
        BpfMap<uint, Large> table = few.As<uint, Large>();
        for (uint i = 0; i < 64; i++)
        {
            table.Set(i, default);
        }

        byte[] keyRoom = new byte[4];
        byte[] valueRoom = new byte[few.ValueBufferSize];
        Action tooSmall = () =>
        {
            BpfBatchCursor cursor = new();
            while (!cursor.IsAtEnd)
            {
                few.ReadBatch(cursor, keyRoom, valueRoom);
            }
        };

        tooSmall.Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ENOSPC);
        table.Enumerate().Select(static e => e.Key).Order().Should().Equal(Enumerable.Range(0, 64).Select(static i => (uint)i));
    }

    [KernelFact]
    public async Task What_stays_is_seen_once_while_other_elements_come_and_go()
    {
        const uint Staying = 1000;
        using BpfMap map = BpfMap.Create(new BpfMapSpec("churn", BpfMapType.Hash, 4, 4, 4096) { Flags = BpfMapFlags.NoPreallocation });
        BpfMap<uint, uint> table = map.As<uint, uint>();
        for (uint i = 0; i < Staying; i++)
        {
            table.Set(i, i);
        }

        using CancellationTokenSource stop = new();
        Task churn = Task.Factory.StartNew(
            () =>
            {
                for (uint i = 0; !stop.IsCancellationRequested; i++)
                {
                    table.Set(Staying + (i % 500), uint.MaxValue);
                    table.Remove(Staying + (i % 500));
                }
            },
            TaskCreationOptions.LongRunning);
        List<uint[]> rounds = [.. Enumerable.Range(0, 50).Select(_ => table.Enumerate().Select(static e => e.Value).Where(static v => v < Staying).Order().ToArray())];
        await stop.CancelAsync();
        await churn;

        rounds.Should().OnlyContain(static r => r.SequenceEqual(Enumerable.Range(0, (int)Staying).Select(static i => (uint)i)));
    }

    [KernelFact]
    public async Task Enumerating_a_trie_ends_while_others_write()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("trie", BpfMapType.LpmTrie, 8, 4, 256));
        BpfMap<ulong, uint> table = map.As<ulong, uint>();
        using CancellationTokenSource stop = new();
        Task churn = Task.Factory.StartNew(
            () =>
            {
                // A key is the length of the prefix, then the address.
                for (ulong i = 0; !stop.IsCancellationRequested; i++)
                {
                    table.Set(32 | ((i % 200) << 32), 1);
                    table.Remove(32 | ((i * 7 % 200) << 32));
                }
            },
            TaskCreationOptions.LongRunning);
        List<int> counts = [.. Enumerable.Range(0, 200).Select(_ => table.Enumerate().Count())];
        await stop.CancelAsync();
        await churn;

        counts.Should().OnlyContain(static c => c <= 256);
    }

    [KernelFact]
    public void Operations_on_elements_allocate_nothing()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("free", BpfMapType.Hash, 4, 8, 16));
        using BpfMap counters = BpfMap.Create(new BpfMapSpec("free", BpfMapType.PerCpuArray, 4, 4, 1));
        BpfMap<uint, ulong> table = map.As<uint, ulong>();
        BpfPerCpuMap<uint, uint> perCpu = counters.AsPerCpu<uint, uint>();
        uint[] values = new uint[perCpu.CpuCount];
        Use();
        long before = GC.GetAllocatedBytesForCurrentThread();

        Use();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);

        void Use()
        {
            table.Set(1, 2);
            table.TrySet(1, 3);
            table.TryGetValue(1, out _);
            table.SetMany([1, 2], [3, 4]);
            table.RemoveMany([2]);
            table.Remove(1);
            perCpu.SetValues(0, values);
            perCpu.TryGetValues(0, values);
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = 60 << 10)]
    private readonly struct Large;
}

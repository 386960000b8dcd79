using System.Runtime.InteropServices;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Maps;

public sealed class MapTests
{
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct LpmKey(uint PrefixLength, uint AddressNetworkOrder);

    [KernelFact]
    public void Elements_are_stored_read_replaced_and_removed()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("crud", BpfMapType.Hash, 4, 8, 16));
        BpfMap<uint, ulong> table = map.As<uint, ulong>();

        table.Set(1, 10);
        table.TrySet(1, 11, BpfUpdateMode.CreateOnly).Should().Be(BpfUpdateResult.Exists);
        table.TrySet(2, 20, BpfUpdateMode.ReplaceOnly).Should().Be(BpfUpdateResult.Missing);
        table.Set(1, 12, BpfUpdateMode.ReplaceOnly);

        table.TryGetValue(1, out ulong value).Should().BeTrue();
        value.Should().Be(12);
        table.Remove(1).Should().BeTrue();
        table.TryGetValue(1, out _).Should().BeFalse();
        table.Remove(1).Should().BeFalse();
    }

    [FeatureFact(Take = BpfMapType.Hash)]
    public void A_taken_element_is_gone()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("take", BpfMapType.Hash, 4, 8, 16));
        BpfMap<uint, ulong> table = map.As<uint, ulong>();
        table.Set(1, 12);

        table.TryTake(1, out ulong value).Should().BeTrue();

        value.Should().Be(12);
        table.TryGetValue(1, out _).Should().BeFalse();
        table.TryTake(1, out _).Should().BeFalse();
    }

    [KernelFact]
    public void What_cannot_be_taken_from_says_which_kernel_could()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("stays", BpfMapType.Array, 4, 4, 1));

        map.As<uint, uint>().Invoking(static t => t.TryTake(0, out _)).Should().Throw<BpfException>().WithMessage("*5.14*");
        KernelFeatures.ProbeTake(BpfMapType.Array).Should().Be(FeatureSupport.No);
        KernelFeatures.ProbeTake(BpfMapType.Queue).Should().Be(FeatureSupport.Yes);
    }

    [KernelFact]
    public void A_full_map_says_so()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("full", BpfMapType.Hash, 4, 4, 2));
        BpfMap<uint, uint> table = map.As<uint, uint>();
        table.Set(1, 1);
        table.Set(2, 2);

        table.TrySet(3, 3).Should().Be(BpfUpdateResult.Full);
        table.Invoking(static t => t.Set(3, 3)).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.E2BIG);
        table.TrySet(2, 5).Should().Be(BpfUpdateResult.Done);
    }

    [KernelFact]
    public void A_trie_finds_the_longest_prefix_and_enumerates_all()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("maps"));
        BpfMap<LpmKey, uint> trie = loaded.Maps["trie"].As<LpmKey, uint>();
        trie.SetMany([new(8, 0x0000000a), new(16, 0x0000010a), new(0, 0)], [8, 16, 0]);

        trie.TryGetValue(new LpmKey(32, 0x0505010a), out uint inner).Should().BeTrue();
        trie.TryGetValue(new LpmKey(32, 0x0505020a), out uint middle).Should().BeTrue();
        trie.TryGetValue(new LpmKey(32, 0x05050509), out uint outer).Should().BeTrue();

        (inner, middle, outer).Should().Be((16, 8, 0));
        trie.Enumerate().Select(static e => e.Value).Should().BeEquivalentTo([0, 8, 16]);
    }

    [KernelTheory]
    [InlineData(BpfMapType.Hash)]
    [InlineData(BpfMapType.LruHash)]
    [InlineData(BpfMapType.Array)]
    public void Batches_store_read_and_remove_all(BpfMapType type)
    {
        const int Count = 1000;
        using BpfMap map = BpfMap.Create(new BpfMapSpec("batch", type, 4, 8, Count));
        BpfMap<uint, ulong> table = map.As<uint, ulong>();
        uint[] keys = [.. Enumerable.Range(0, Count).Select(static i => (uint)i)];
        ulong[] values = [.. keys.Select(static k => k * 10UL)];
        table.SetMany(keys, values);

        Dictionary<uint, ulong> read = [];
        BpfBatchCursor cursor = new();
        uint[] keyRoom = new uint[300];
        ulong[] valueRoom = new ulong[300];
        while (!cursor.IsAtEnd)
        {
            int count = table.ReadBatch(cursor, keyRoom, valueRoom);
            for (int i = 0; i < count; i++)
            {
                read[keyRoom[i]] = valueRoom[i];
            }
        }

        // An LRU list may have dropped some on the way.
        read.Should().HaveCountGreaterThan(type == BpfMapType.LruHash ? 100 : Count - 1);
        read.Should().OnlyContain(static e => e.Value == e.Key * 10UL);
        if (type == BpfMapType.Hash)
        {
            table.RemoveMany([.. keys, 5000, 0]).Should().Be(Count);
            table.Enumerate().Should().BeEmpty();
        }
    }

    [KernelFact]
    public void Taking_in_batches_empties_the_map()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("drain", BpfMapType.Hash, 4, 4, 500));
        BpfMap<uint, uint> table = map.As<uint, uint>();
        uint[] keys = [.. Enumerable.Range(1, 500).Select(static i => (uint)i)];
        table.SetMany(keys, keys);
        List<uint> taken = [];
        BpfBatchCursor cursor = new();
        uint[] keyRoom = new uint[128], valueRoom = new uint[128];
        while (!cursor.IsAtEnd)
        {
            int count = table.ReadBatch(cursor, keyRoom, valueRoom, delete: true);
            taken.AddRange(keyRoom.AsSpan(0, count));
        }

        taken.Order().Should().Equal(keys);
        table.Enumerate().Should().BeEmpty();
    }

    [KernelFact]
    public void Enumeration_survives_the_removal_of_what_it_returned_and_ends_while_others_write()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("walk", BpfMapType.Hash, 4, 4, 256));
        BpfMap<uint, uint> table = map.As<uint, uint>();
        uint[] keys = [.. Enumerable.Range(0, 200).Select(static i => (uint)i)];
        table.SetMany(keys, keys);
        HashSet<uint> seen = [];

        foreach (KeyValuePair<uint, uint> element in table.Enumerate())
        {
            seen.Add(element.Key);
            table.Remove(element.Key);
        }

        seen.Should().BeEquivalentTo(keys);
        table.Set(1, 1);
        int rounds = 0;
        foreach (KeyValuePair<uint, uint> element in table.Enumerate())
        {
            // Each step deletes what there is and adds others: a walk that starts over would not end.
            foreach (uint key in table.Enumerate().Select(static e => e.Key).ToArray())
            {
                table.Remove(key);
            }

            table.Set((uint)(1000 + rounds), 1);
            table.Set((uint)(2000 + rounds++), 1);
        }

        rounds.Should().BeLessThanOrEqualTo(256);
    }

    [KernelFact]
    public void Memory_of_an_array_is_shared_with_the_kernel()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("maps"));
        BpfMap map = loaded.Maps["shared"];
        using BpfMapMemory memory = map.MapMemory();

        memory.At<ulong>(3 * memory.Stride) = 77;
        map.As<uint, ulong>().Set(4, 88);

        map.As<uint, ulong>().TryGetValue(3, out ulong third);
        third.Should().Be(77);
        memory.At<ulong>(32).Should().Be(88);
        memory.Bytes.Length.Should().Be(64);
        memory.Invoking(static m => m.At<ulong>(60)).Should().Throw<ArgumentOutOfRangeException>();
        map.As<uint, ulong>().Map.Should().BeSameAs(map);
    }

    [KernelFact]
    public void A_batch_that_does_not_fit_stores_what_fits_and_says_full()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("overfull", BpfMapType.Hash, 4, 4, 3));
        BpfMap<uint, uint> table = map.As<uint, uint>();

        Action store = () => table.SetMany([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]);

        store.Should().Throw<BpfException>().Which.Error.Should().Be(Errno.E2BIG);
        table.Enumerate().Select(static e => e.Key).Order().Should().Equal(1, 2, 3);
    }

    [KernelFact]
    public void A_frozen_map_refuses_writers()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("frozen", BpfMapType.Array, 4, 4, 1));
        map.Freeze();

        map.As<uint, uint>().Invoking(static t => t.Set(0, 1)).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.EPERM);
        map.As<uint, uint>().Invoking(static t => t.SetMany([0], [1])).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.EPERM);
    }

    [KernelFact]
    public void Queues_are_first_in_first_out_and_full_at_their_capacity()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("maps"));
        BpfMap queue = loaded.Maps["queue"];
        byte[] head = new byte[4];
        queue.Update([], [1, 0, 0, 0]);
        queue.Update([], [2, 0, 0, 0]);

        queue.TryUpdate([], [3, 0, 0, 0]).Should().Be(BpfUpdateResult.Full);
        queue.TryLookup([], head).Should().BeTrue();
        head[0].Should().Be(1);
        queue.TryLookupAndDelete([], head).Should().BeTrue();
        queue.TryLookupAndDelete([], head).Should().BeTrue();
        head[0].Should().Be(2);
        queue.TryLookupAndDelete([], head).Should().BeFalse();
    }

    [KernelFact]
    public void A_pinned_map_is_opened_again_and_shows_what_bpftool_shows()
    {
        using TestBpfFolder folder = new("map-pin");
        using (BpfMap map = BpfMap.Create(new BpfMapSpec("a.rather/long-name", BpfMapType.Hash, 4, 8, 32)))
        {
            map.As<uint, ulong>().Set(5, 6);
            map.Pin(folder["x"]);
            map.Invoking(m => m.Pin(folder["x.y"])).Should().Throw<ArgumentException>();
            map.Invoking(static m => m.Pin("/tmp/efw-not-bpffs")).Should().Throw<BpfException>().WithMessage("*not on a BPF file system*");
        }

        using BpfMap again = BpfMap.OpenPinned(folder["x"]);
        BpfMapInfo info = again.GetInfo();
        System.Text.Json.JsonElement shown = BpfTool.Run("map", "show", "id", $"{info.Id}");

        again.As<uint, ulong>().TryGetValue(5, out ulong value).Should().BeTrue();
        value.Should().Be(6);
        shown.GetProperty("name").GetString().Should().Be(info.Name).And.Be("a.rather_long_n");
        shown.GetProperty("max_entries").GetUInt32().Should().Be(info.MaxEntries);
        BpfMap.ListIds().Should().Contain(info.Id);
        BpfFileSystem.Unpin(folder["x"]).Should().BeTrue();
        BpfFileSystem.Unpin(folder["x"]).Should().BeFalse();
    }

    [KernelFact]
    public void A_map_can_be_given_to_an_object_and_must_fit()
    {
        using BpfMap given = BpfMap.Create(new BpfMapSpec("given", BpfMapType.Hash, 4, 8, 7));
        using BpfMap wrong = BpfMap.Create(new BpfMapSpec("wrong", BpfMapType.Hash, 4, 4, 7));
        using BpfObject loaded = BpfObject.Load(
            TestObject.Parse("connect"), new BpfLoadOptions { MapReplacements = new Dictionary<string, BpfMap> { ["by_port"] = given } });

        loaded.Maps["by_port"].GetInfo().Id.Should().Be(given.GetInfo().Id);
        FluentActions.Invoking(() => BpfObject.Load(
                TestObject.Parse("connect"), new BpfLoadOptions { MapReplacements = new Dictionary<string, BpfMap> { ["by_port"] = wrong } }))
            .Should().Throw<BpfException>().WithMessage("*value size 4 instead of 8*");
        FluentActions.Invoking(() => BpfObject.Load(
                TestObject.Parse("connect"), new BpfLoadOptions { MapReplacements = new Dictionary<string, BpfMap> { ["nothing"] = given } }))
            .Should().Throw<ArgumentException>();
    }

    [KernelFact]
    public void Capacity_is_settable_before_the_load()
    {
        BpfObjectSpec spec = TestObject.Parse("connect");
        BpfObjectSpec copy = spec.Copy();
        copy.Maps["by_port"].MaxEntries = 3;
        copy.Variables["denied_port"].Set((ushort)9);
        using BpfObject loaded = BpfObject.Load(copy);

        loaded.Maps["by_port"].GetInfo().MaxEntries.Should().Be(3);
        spec.Maps["by_port"].MaxEntries.Should().Be(64);
        spec.Variables["denied_port"].Get<ushort>().Should().Be(0);
        copy.Variables["denied_port"].Invoking(static v => v.Set(1)).Should().Throw<ArgumentException>().WithMessage("*2 bytes, not 4*");
    }
}

using System.Net.Sockets;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.Tests.Maps;

public sealed class MapKindTests
{
    private static readonly byte[] Packet = [.. new byte[12], 8, 0, 0x45, .. new byte[45]];

    [FeatureFact(Map = BpfMapType.UserRingBuffer)]
    public void A_program_drains_what_user_space_wrote_and_makes_room()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("user_ring"));
        using UserRingBufferWriter writer = new(loaded.Maps["requests"]);
        int written = 0;
        ulong expected = 0;
        for (int round = 0; round < 3; round++)
        {
            while (writer.TryWrite(BitConverter.GetBytes((ulong)++written)))
            {
                expected += (ulong)written;
            }

            written--;
            writer.BacklogBytes.Should().Be(4096);
            loaded.Programs["drain"].TestRun(Packet).ReturnValue.Should().Be(256, "a record of 8 bytes takes 16 of 4096");
            writer.BacklogBytes.Should().Be(0);
        }

        loaded.Variables["sum"].Get<ulong>().Should().Be(expected);
        writer.Invoking(static w => w.TryWrite(new byte[4090])).Should().Throw<ArgumentException>();
        writer.TryWrite(new byte[4088]).Should().BeTrue("with its header it fills the ring");
    }

    [KernelFact]
    public void Stacks_give_the_last_first()
    {
        using BpfMap stack = BpfMap.Create(new BpfMapSpec("stack", BpfMapType.Stack, 0, 4, 4));
        byte[] top = new byte[4];

        stack.Update([], [1, 0, 0, 0]);
        stack.Update([], [2, 0, 0, 0]);
        stack.TryLookupAndDelete([], top).Should().BeTrue();

        top[0].Should().Be(2);
        stack.Invoking(static s => s.MayContain([0, 0, 0, 0])).Should().Throw<ArgumentException>();
    }

    [FeatureFact(Map = BpfMapType.BloomFilter)]
    public void Bloom_filters_forget_nothing()
    {
        using BpfMap bloom = BpfMap.Create(new BpfMapSpec("bloom", BpfMapType.BloomFilter, 0, 8, 100));

        for (ulong i = 0; i < 50; i++)
        {
            bloom.Update([], BitConverter.GetBytes(i));
        }

        Enumerable.Range(0, 50).Should().OnlyContain(i => bloom.MayContain(BitConverter.GetBytes((ulong)i)));
        Enumerable.Range(1000, 100).Count(i => bloom.MayContain(BitConverter.GetBytes((ulong)i))).Should().BeLessThan(50);
    }

    [KernelTheory]
    [InlineData(BpfMapType.ArrayOfMaps)]
    [InlineData(BpfMapType.HashOfMaps)]
    public void Maps_of_maps_are_filled_and_read_from_user_space(BpfMapType type)
    {
        BpfMapSpec template = new("inner", BpfMapType.Array, 4, 4, 1);
        using BpfMap outer = BpfMap.Create(new BpfMapSpec("outer", type, 4, 4, 2) { Inner = template });
        using BpfMap inner = BpfMap.Create(template);
        using BpfMap unlike = BpfMap.Create(new BpfMapSpec("unlike", BpfMapType.Hash, 4, 4, 1));
        inner.As<uint, uint>().Set(0, 77);

        outer.UpdateDescriptor([1, 0, 0, 0], inner.Handle);
        using BpfMap found = outer.OpenInner([1, 0, 0, 0])!;

        found.As<uint, uint>().TryGetValue(0, out uint value).Should().BeTrue();
        value.Should().Be(77);
        outer.OpenInner([0, 0, 0, 0]).Should().BeNull();
        outer.Invoking(o => o.UpdateDescriptor([0, 0, 0, 0], unlike.Handle)).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.EINVAL);
        inner.Invoking(static i => i.OpenInner([0, 0, 0, 0])).Should().Throw<InvalidOperationException>();
    }

    [KernelFact]
    public void Sockets_tasks_files_and_cgroups_have_values_of_their_own()
    {
        using TestCgroup cgroup = new("storage");
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using SafeFileHandle process = PidFd.Open(Environment.ProcessId);
        using SafeFileHandle file = File.OpenHandle(typeof(MapKindTests).Assembly.Location);
        List<(BpfMapType Type, System.Runtime.InteropServices.SafeHandle Owner)> kinds =
            [(BpfMapType.SkStorage, socket.SafeHandle), (BpfMapType.TaskStorage, process), (BpfMapType.CgroupLocalStorage, cgroup.Cgroup.Handle)];
        if (KernelFeatures.Probe(BpfMapType.InodeStorage) == FeatureSupport.Yes)
        {
            kinds.Add((BpfMapType.InodeStorage, file));
        }

        foreach ((BpfMapType type, System.Runtime.InteropServices.SafeHandle owner) in kinds.Where(static k => KernelFeatures.Probe(k.Type) == FeatureSupport.Yes))
        {
            using BpfMap map = BpfMap.Create(new BpfMapSpec("storage", type, 4, 8, 0));
            BpfLocalStorage<ulong> storage = map.AsStorage<ulong>();

            storage.TryGetValue(owner, out _).Should().BeFalse($"{type}");
            storage.Set(owner, 5, BpfUpdateMode.CreateOnly);
            storage.TryGetValue(owner, out ulong value).Should().BeTrue($"{type}");
            value.Should().Be(5);
            storage.Remove(owner).Should().BeTrue();
            storage.Remove(owner).Should().BeFalse();
        }

        using BpfMap plain = BpfMap.Create(new BpfMapSpec("plain", BpfMapType.Hash, 4, 8, 1));
        plain.Invoking(static p => p.AsStorage<ulong>()).Should().Throw<ArgumentException>();
    }

    [KernelFact]
    public void Per_CPU_values_move_in_batches()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("percpu", BpfMapType.PerCpuHash, 4, 4, 100));
        BpfPerCpuMap<uint, uint> typed = map.AsPerCpu<uint, uint>();
        uint[] keys = [.. Enumerable.Range(0, 50).Select(static i => (uint)i)];
        uint[] values = [.. keys.SelectMany(k => Enumerable.Range(0, typed.CpuCount).Select(c => (k * 10) + (uint)c))];

        typed.SetMany(keys, values);
        Dictionary<uint, uint[]> read = [];
        BpfBatchCursor cursor = new();
        uint[] keyRoom = new uint[64];
        uint[] valueRoom = new uint[64 * typed.CpuCount];
        while (!cursor.IsAtEnd)
        {
            int count = typed.ReadBatch(cursor, keyRoom, valueRoom, delete: true);
            for (int i = 0; i < count; i++)
            {
                read.Add(keyRoom[i], valueRoom[(i * typed.CpuCount)..((i + 1) * typed.CpuCount)]);
            }
        }

        read.Keys.Should().BeEquivalentTo(keys);
        read[7].Should().Equal(Enumerable.Range(0, typed.CpuCount).Select(static c => 70u + (uint)c));
        map.EnumerateKeys().Should().BeEmpty();
    }

    [KernelFact]
    public void An_arena_has_the_same_addresses_on_both_sides()
    {
        if (KernelFeatures.Probe(BpfMapType.Arena) != FeatureSupport.Yes)
        {
            FluentActions.Invoking(static () => BpfObject.Load(TestObject.Parse("arena"))).Should().Throw<BpfException>();
            return;
        }

        using BpfObject loaded = BpfObject.Load(TestObject.Parse("arena"));
        BpfMapMemory memory = loaded.Arenas["memory"];
        memory.At<ulong>(0) = 40;
        memory.At<ulong>(8) = (ulong)memory.Address + 4096;
        memory.At<ulong>(4096) = 2;
        loaded.Variables["head"].Set((ulong)memory.Address);

        uint sum = loaded.Programs["add_up"].TestRun(Packet).ReturnValue;

        sum.Should().Be(42);
        memory.At<ulong>(4096).Should().Be(0, "the program has cleared it");
        memory.LengthBytes.Should().Be(4 * 4096);
    }

    [FeatureFact(Map = BpfMapType.Arena)]
    public void Variables_of_an_arena_start_as_the_object_says_and_are_live()
    {
        BpfObjectSpec spec = TestObject.Parse("arena_data");
        spec.Variables["calls"].Set(5);

        using BpfObject loaded = BpfObject.Load(spec);
        uint total = loaded.Programs["add"].TestRun(Packet).ReturnValue;
        loaded.Variables["total"].Set(100);

        spec.Variables["total"].Get<int>().Should().Be(40);
        total.Should().Be(42);
        loaded.Variables["calls"].Get<int>().Should().Be(6);
        loaded.Programs["add"].TestRun(Packet).ReturnValue.Should().Be(102);
    }

    [KernelFact]
    public void Every_processor_gets_a_copy_of_its_variables()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("percpu_data"));

        BpfPerCpuMap<int, ulong> map = loaded.Maps[".percpu"].AsPerCpu<int, ulong>();
        ulong[] values = new ulong[map.CpuCount];

        map.TryGetValues(0, values).Should().BeTrue();
        values.Should().OnlyContain(static v => v == (11 | (12UL << 32)));
    }

    [KernelFact]
    public void A_pin_by_name_is_shared_and_must_be_alike()
    {
        using TestBpfFolder folder = new("by-name");
        BpfLoadOptions options = new() { PinDirectory = folder.Path };
        BpfObjectSpec other = TestObject.Parse("pinned");
        other.Maps["efw_native_pinned"].MaxEntries = 3;

        using BpfObject first = BpfObject.Load(TestObject.Parse("pinned"), options);
        using BpfObject second = BpfObject.Load(TestObject.Parse("pinned"), options);
        first.Maps["efw_native_pinned"].As<int, int>().Set(1, 2);

        second.Maps["efw_native_pinned"].As<int, int>().TryGetValue(1, out int value).Should().BeTrue();
        value.Should().Be(2);
        other.Invoking(o => BpfObject.Load(o, options)).Should().Throw<BpfException>().WithMessage("*capacity 2 instead of 3*");
    }

    [KernelFact]
    public void Memory_and_the_state_of_being_frozen_are_told()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("array", BpfMapType.Array, 4, 1024, 64));
        BpfMapInfo before = map.GetInfo();

        map.Freeze();

        before.MemoryBytes.Should().BeGreaterThan(64 << 10);
        before.IsFrozen.Should().BeFalse();
        map.GetInfo().IsFrozen.Should().BeTrue();
    }
}

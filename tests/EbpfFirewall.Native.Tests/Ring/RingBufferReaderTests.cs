using System.Runtime.InteropServices;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Ring;

public sealed class RingBufferReaderTests
{
    private static readonly byte[] Packet = [.. new byte[12], 8, 0, 0x45, .. new byte[45]];

    [KernelFact]
    public void Records_come_in_order_and_discarded_ones_do_not_come()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        using RingBufferReader reader = new(loaded.Maps["ring"]);
        List<ulong> numbers = [];

        // 64 records of 32 bytes a run: 200 runs go round the ring of 64 KiB more than six times.
        for (int i = 0; i < 200; i++)
        {
            loaded.Programs["produce"].TestRun(Packet);
            foreach (ReadOnlySpan<byte> record in reader.Read())
            {
                ulong number = MemoryMarshal.Read<ulong>(record);
                MemoryMarshal.Read<ulong>(record[8..]).Should().Be(~number);
                record.Length.Should().Be(24);
                numbers.Add(number);
            }
        }

        numbers.Should().Equal(Enumerable.Range(0, 12_800).Select(static i => (ulong)i).Where(static i => i % 7 != 6));
        loaded.Variables["dropped"].Get<ulong>().Should().Be(0);
        reader.BacklogBytes.Should().Be(0);
    }

    [KernelFact]
    public void A_full_ring_shows_its_backlog_and_what_is_read_makes_room()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        using RingBufferReader reader = new(loaded.Maps["ring"]);
        loaded.Programs["produce"].TestRun(Packet, repeat: 40);
        ulong dropped = loaded.Variables["dropped"].Get<ulong>();

        int first = Count(reader.Read(maxRecords: 100));
        long backlog = reader.BacklogBytes;
        int rest = Count(reader.Read());

        dropped.Should().BeGreaterThan(0);
        reader.CapacityBytes.Should().Be(65536);
        first.Should().Be(100);
        backlog.Should().BeInRange(65536 - (120 * 32) - 32, 65536 - (116 * 32));
        rest.Should().BeGreaterThan(1000);
        reader.BacklogBytes.Should().Be(0);
    }

    [KernelFact]
    public void Waiting_ends_with_data_with_a_wake_up_and_with_the_time()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        using RingBufferReader reader = new(loaded.Maps["ring"]);

        reader.Wait(TimeSpan.FromMilliseconds(1)).Should().Be(RingBufferWait.TimedOut);
        reader.Wake();
        reader.Wait(Timeout.InfiniteTimeSpan).Should().Be(RingBufferWait.Woken);
        loaded.Programs["produce"].TestRun(Packet);
        reader.Wait(Timeout.InfiniteTimeSpan).Should().Be(RingBufferWait.Data);
    }

    [KernelFact]
    public async Task Disposing_ends_a_waiting_reader()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        RingBufferReader reader = new(loaded.Maps["ring"]);
        TaskCompletionSource started = new();
        Task<RingBufferWait> waiter = Task.Factory.StartNew(
            () =>
            {
                started.SetResult();
                return reader.Wait(Timeout.InfiniteTimeSpan);
            },
            TaskCreationOptions.LongRunning);
        await started.Task;

        reader.Dispose();

        (await waiter.WaitAsync(TimeSpan.FromSeconds(10))).Should().Be(RingBufferWait.Disposed);
        reader.Invoking(static r => r.Read()).Should().Throw<ObjectDisposedException>();
    }

    [KernelFact]
    public void A_batch_ends_once_and_a_second_one_must_wait_for_it()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        using RingBufferReader reader = new(loaded.Maps["ring"]);
        loaded.Programs["produce"].TestRun(Packet);
        RingBufferBatch batch = reader.Read(maxRecords: 1);
        Action second = () => reader.Read();

        second.Should().Throw<InvalidOperationException>();
        batch.MoveNext().Should().BeTrue();
        RingBufferBatch copy = batch;
        batch.Dispose();
        copy.Dispose();

        Count(reader.Read()).Should().Be(64 - 9 - 1);
    }

    [KernelFact]
    public void A_batch_survives_the_disposal_of_its_reader_by_the_same_thread()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        RingBufferReader reader = new(loaded.Maps["ring"]);
        loaded.Programs["produce"].TestRun(Packet);
        ulong sum = 0;
        foreach (ReadOnlySpan<byte> record in reader.Read())
        {
            reader.Dispose();
            sum += MemoryMarshal.Read<ulong>(record);
        }

        sum.Should().Be((ulong)Enumerable.Range(0, 64).Where(static i => i % 7 != 6).Sum());
    }

    [KernelFact]
    public void Reading_allocates_nothing()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        using RingBufferReader reader = new(loaded.Maps["ring"]);
        Count(reader.Read());
        loaded.Programs["produce"].TestRun(Packet);
        long before = GC.GetAllocatedBytesForCurrentThread();

        int count = Count(reader.Read());

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        count.Should().Be(55);
    }

    private static int Count(RingBufferBatch batch)
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> _ in batch)
        {
            count++;
        }

        return count;
    }
}

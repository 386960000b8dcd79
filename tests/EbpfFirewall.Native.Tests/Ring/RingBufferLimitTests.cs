using System.Runtime.InteropServices;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Ring;

public sealed class RingBufferLimitTests
{
    private static readonly byte[] Packet = [.. new byte[12], 8, 0, 0x45, .. new byte[45]];

    [KernelFact]
    public void Records_of_any_size_come_whole_across_the_end_of_the_ring()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        using RingBufferReader reader = new(loaded.Maps["ring"]);
        byte[] payload = Payload(loaded);
        for (int i = 0; i < 500; i++)
        {
            int size = i * 7919 % 5000;

            Produce(loaded, size).Should().Be(0);

            Read(reader).Should().ContainSingle().Which.SequenceEqual(payload.AsSpan(0, size).ToArray()).Should().BeTrue();
        }

        reader.BacklogBytes.Should().Be(0);
    }

    [KernelFact]
    public void The_largest_record_fills_the_ring_and_larger_ones_are_refused()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        using RingBufferReader reader = new(loaded.Maps["ring"]);
        byte[] payload = Payload(loaded);
        int largest = (int)reader.CapacityBytes - 16;

        Produce(loaded, largest + 1).Should().BeNegative();
        Produce(loaded, payload.Length).Should().BeNegative();
        reader.BacklogBytes.Should().Be(0);
        Produce(loaded, largest).Should().Be(0);
        Produce(loaded, 0).Should().BeNegative("there is no room for a header");
        reader.BacklogBytes.Should().Be(largest + 8);

        Read(reader).Should().ContainSingle().Which.SequenceEqual(payload.AsSpan(0, largest).ToArray()).Should().BeTrue();
        Produce(loaded, 0).Should().Be(0);
        Read(reader).Should().ContainSingle().Which.Should().BeEmpty();
    }

    [KernelFact]
    public async Task Beside_a_producer_that_never_rests_every_record_is_read_once_in_order_or_counted()
    {
        const int Runs = 400;
        const int PerRun = 64;
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        using RingBufferReader reader = new(loaded.Maps["ring"]);
        BpfProgram produce = loaded.Programs["produce"];
        Task producer = Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < Runs; i++)
                {
                    produce.TestRun(Packet, repeat: 16);
                }
            },
            TaskCreationOptions.LongRunning);
        Random random = new(1);
        ulong next = 0;
        long read = 0;
        bool ended;
        do
        {
            ended = producer.IsCompleted;
            foreach (ReadOnlySpan<byte> record in reader.Read(maxRecords: random.Next(1, 2000)))
            {
                ulong number = MemoryMarshal.Read<ulong>(record);
                (number < next || MemoryMarshal.Read<ulong>(record[8..]) != ~number || record.Length != 24).Should().BeFalse("record {0} came after {1}", number, next);
                next = number + 1;
                read++;
            }

            reader.Wait(TimeSpan.FromMilliseconds(random.Next(2)));
        }
        while (!ended || reader.BacklogBytes > 0);

        await producer;
        ulong numbered = loaded.Variables["next_number"].Get<ulong>();
        ulong dropped = loaded.Variables["dropped"].Get<ulong>();
        (numbered + dropped).Should().Be(Runs * 16 * PerRun, "a number is given only to a record that found room");
        read.Should().Be((long)(numbered - (numbered / 7)), "every seventh is discarded");
    }

    [KernelFact]
    public async Task Closing_a_reader_in_use_ends_reading_and_waiting_without_a_fault()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        BpfProgram produce = loaded.Programs["produce"];
        for (int round = 0; round < 30; round++)
        {
            RingBufferReader reader = new(loaded.Maps["ring"]);
            TaskCompletionSource reading = new();
            Task<bool> consumer = Task.Factory.StartNew(
                () =>
                {
                    try
                    {
                        while (true)
                        {
                            foreach (ReadOnlySpan<byte> record in reader.Read())
                            {
                                _ = MemoryMarshal.Read<ulong>(record);
                            }

                            reading.TrySetResult();
                            reader.Wait(Timeout.InfiniteTimeSpan);
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        return true;
                    }
                },
                TaskCreationOptions.LongRunning);
            produce.TestRun(Packet, repeat: 20);
            await reading.Task;
            produce.TestRun(Packet, repeat: round);

            reader.Dispose();

            (await consumer.WaitAsync(TimeSpan.FromSeconds(30))).Should().BeTrue();
        }
    }

    private static byte[] Payload(BpfObject loaded)
    {
        BpfVariable variable = loaded.Variables["payload"];
        byte[] payload = [.. Enumerable.Range(0, variable.SizeBytes).Select(static i => (byte)(i * 31 / 7))];
        payload.CopyTo(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(variable.AsBytes()), payload.Length));
        return payload;
    }

    private static int Produce(BpfObject loaded, int size)
    {
        loaded.Variables["size"].Set((uint)size);
        return (int)loaded.Programs["produce_sized"].TestRun(Packet).ReturnValue;
    }

    private static List<byte[]> Read(RingBufferReader reader)
    {
        List<byte[]> records = [];
        foreach (ReadOnlySpan<byte> record in reader.Read())
        {
            records.Add(record.ToArray());
        }

        return records;
    }
}

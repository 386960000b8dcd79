using System.Runtime.InteropServices;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Ring;

public sealed class RingBufferAsyncTests
{
    private static readonly byte[] Packet = [.. new byte[12], 8, 0, 0x45, .. new byte[45]];

    [KernelFact]
    public async Task Records_come_as_an_asynchronous_sequence_that_ends_with_the_reader()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        RingBufferReader reader = new(loaded.Maps["ring"]);
        List<ulong> numbers = [];
        loaded.Programs["produce"].TestRun(Packet);

        await foreach (ulong number in reader.ReadAllAsync(static r => MemoryMarshal.Read<ulong>(r), capacity: 4))
        {
            numbers.Add(number);
            if (numbers.Count == 55)
            {
                loaded.Programs["produce"].TestRun(Packet);
            }
            else if (numbers.Count == 110)
            {
                reader.Dispose();
            }
        }

        numbers.Should().Equal(Enumerable.Range(0, 128).Select(static i => (ulong)i).Where(static i => i % 7 != 6));
    }

    [KernelFact]
    public async Task The_sequence_ends_when_its_reader_stops_cancels_or_fails_to_decode()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ring"));
        using RingBufferReader reader = new(loaded.Maps["ring"]);
        loaded.Programs["produce"].TestRun(Packet);
        await foreach (int length in reader.ReadAllAsync(static r => r.Length))
        {
            length.Should().Be(24);
            break;
        }

        loaded.Programs["produce"].TestRun(Packet);
        Func<Task> failing = async () => await Drain<int>(reader, static _ => throw new InvalidDataException(), default);
        await failing.Should().ThrowAsync<InvalidDataException>();
        using CancellationTokenSource stop = new();
        Task drain = Drain(reader, static r => r.Length, stop.Token);
        await stop.CancelAsync();
        Func<Task> cancelled = () => drain;
        await cancelled.Should().ThrowAsync<OperationCanceledException>();
    }

    private static async Task Drain<T>(RingBufferReader reader, RingBufferDecoder<T> decoder, CancellationToken cancellationToken)
    {
        await foreach (T _ in reader.ReadAllAsync(decoder, cancellationToken: cancellationToken))
        {
        }
    }
}

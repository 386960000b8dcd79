using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace EbpfFirewall.Native;

/// <summary>Reading a ring buffer as an asynchronous sequence.</summary>
public static class RingBufferAsyncExtensions
{
    /// <summary>
    /// Decodes records on a thread of its own and hands them out in order. A slow reader is not dropped from: the thread stops taking
    /// records out of the ring, whose producers then count what finds no room.
    /// </summary>
    /// <param name="reader">The reader; nobody else may read from it meanwhile. Disposing it ends the sequence.</param>
    /// <param name="decoder">Makes a value of a record; an exception ends the sequence with it.</param>
    /// <param name="interval">How often to look when producers do not wake. Default: 50 ms; a wake-up ends the wait at once.</param>
    /// <param name="capacity">Decoded records that may wait for the reader. Default: 4096.</param>
    /// <param name="cancellationToken">Ends the sequence with <see cref="OperationCanceledException"/>.</param>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(
        this RingBufferReader reader,
        RingBufferDecoder<T> decoder,
        TimeSpan? interval = null,
        int capacity = 4096,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(decoder);
        Channel<T> channel = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Thread pump = new(() => Pump(reader, decoder, interval ?? TimeSpan.FromMilliseconds(50), channel.Writer, capacity, stop.Token))
        {
            IsBackground = true,
            Name = "ring buffer",
        };
        pump.Start();
        try
        {
            await foreach (T item in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            try
            {
                reader.Wake();
            }
            catch (ObjectDisposedException)
            {
                // Then the pump has been woken by that.
            }

            pump.Join();
        }
    }

    private static void Pump<T>(
        RingBufferReader reader, RingBufferDecoder<T> decoder, TimeSpan interval, ChannelWriter<T> writer, int capacity, CancellationToken stop)
    {
        try
        {
            List<T> decoded = new(capacity);
            while (!stop.IsCancellationRequested)
            {
                foreach (ReadOnlySpan<byte> record in reader.Read(capacity))
                {
                    decoded.Add(decoder(record));
                }

                foreach (T item in decoded)
                {
                    if (!writer.TryWrite(item))
                    {
                        writer.WriteAsync(item, stop).AsTask().GetAwaiter().GetResult();
                    }
                }

                if (decoded.Count == 0 && reader.Wait(interval) == RingBufferWait.Disposed)
                {
                    break;
                }

                decoded.Clear();
            }

            writer.TryComplete();
        }
        catch (Exception failure) when (failure is ObjectDisposedException or OperationCanceledException)
        {
            writer.TryComplete();
        }
        catch (Exception failure)
        {
            writer.TryComplete(failure);
        }
    }
}

using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

/// <summary>
/// Reads a BPF ring buffer through shared memory: records are handed out as spans over the ring itself, nothing is copied or
/// allocated, and the kernel learns once a batch how far reading has come.
/// </summary>
/// <remarks>
/// <see cref="Read"/> is for one thread at a time (a lock makes sure); <see cref="Wait"/>, <see cref="Wake"/>,
/// <see cref="BacklogBytes"/> and <see cref="Dispose"/> may be called from any thread. Waiting needs producers that wake
/// (no <c>BPF_RB_NO_WAKEUP</c>); otherwise read on a timer. A record that found no room is lost in the program, which has to count it:
/// the ring itself keeps no count.
/// </remarks>
public sealed unsafe class RingBufferReader : IDisposable
{
    private const ulong DataTag = 1;
    private const ulong WakeTag = 2;

    private readonly SafeMapHandle _map;
    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _wake;
    private readonly Lock _reading = new();
    private readonly long _pageSize = Environment.SystemPageSize;
    private readonly nint _consumerPage;
    private readonly nint _producerPages;
    private int _batchNumber;
    private bool _hasOpenBatch;
    private volatile bool _isDisposed;

    /// <summary>Maps the ring. The reader has a descriptor of its own: the map may be disposed before it.</summary>
    /// <param name="map">A map of type <see cref="BpfMapType.RingBuffer"/>.</param>
    /// <exception cref="ArgumentException">The map is of another type.</exception>
    /// <exception cref="BpfException">Mapping failed.</exception>
    public RingBufferReader(BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.Type != BpfMapType.RingBuffer)
        {
            throw new ArgumentException($"Map '{map.Name}' is no ring buffer but {map.Type}.", nameof(map));
        }

        CapacityBytes = map.MaxEntries;
        _map = new SafeMapHandle(LibC.Duplicate(map.Handle));
        _epoll = LibC.CreateEpoll();
        _wake = LibC.CreateEventFd();
        LibC.AddToEpoll(_epoll, _map, DataTag);
        LibC.AddToEpoll(_epoll, _wake, WakeTag);

        // One page that the reader writes, one that the kernel writes, then the data twice in a row, so that a record never wraps.
        _consumerPage = LibC.MapMemory(_map, _pageSize, 0, writable: true, $"map the ring buffer '{map.Name}'");
        _producerPages = LibC.MapMemory(_map, _pageSize + (2 * CapacityBytes), _pageSize, writable: false, $"map the ring buffer '{map.Name}'");
    }

    /// <summary>Size of the ring in bytes. Each record takes its length, rounded up to 8, and 8 more.</summary>
    public long CapacityBytes { get; }

    /// <summary>Bytes that are reserved or written and not yet read. Counts records still being written, too. Waits for another thread's open batch.</summary>
    public long BacklogBytes
    {
        get
        {
            lock (_reading)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                return (long)(ProducerPosition - ConsumerPosition);
            }
        }
    }

    private ulong ProducerPosition => Volatile.Read(ref *(ulong*)_producerPages);

    private ref ulong ConsumerPosition => ref *(ulong*)_consumerPage;

    /// <summary>
    /// Takes what is there now. Enumerate it with <c>foreach</c>, which also ends the batch; records that come meanwhile are for the
    /// next one. Each span is valid until the batch ends.
    /// </summary>
    /// <param name="maxRecords">The most records in this batch. Default: all that are there.</param>
    /// <exception cref="ObjectDisposedException">The reader is disposed.</exception>
    /// <exception cref="InvalidOperationException">This thread has a batch open.</exception>
    public RingBufferBatch Read(int maxRecords = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRecords);
        _reading.Enter();
        if (_isDisposed || _hasOpenBatch)
        {
            bool disposed = _isDisposed;
            _reading.Exit();
            ObjectDisposedException.ThrowIf(disposed, this);
            throw new InvalidOperationException("The batch that was read before has not been disposed: records can be handed out once only.");
        }

        _hasOpenBatch = true;
        _batchNumber++;
        return new RingBufferBatch(
            this, _batchNumber, (byte*)(_producerPages + _pageSize), (ulong)CapacityBytes - 1, ConsumerPosition, ProducerPosition, maxRecords);
    }

    /// <summary>Waits until there is a record, until <see cref="Wake"/> or <see cref="Dispose"/>, or until the time is up.</summary>
    /// <param name="timeout">How long, in whole milliseconds rounded up; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    public RingBufferWait Wait(TimeSpan timeout)
    {
        if (_isDisposed)
        {
            return RingBufferWait.Disposed;
        }

        int milliseconds = timeout == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 0, int.MaxValue);
        ulong ready;
        try
        {
            // Epoll forgets a descriptor that is closed, and its event with it: the waiter keeps the one it is to be woken by.
            using FdLease keep = new(_wake);
            ready = LibC.WaitForInput(_epoll, milliseconds);
        }
        catch (ObjectDisposedException)
        {
            return RingBufferWait.Disposed;
        }

        if (_isDisposed)
        {
            return RingBufferWait.Disposed;
        }

        if ((ready & WakeTag) != 0)
        {
            Span<byte> counter = stackalloc byte[8];
            _ = LibC.Read(_wake, counter);
        }

        return (ready & DataTag) != 0 ? RingBufferWait.Data : (ready & WakeTag) != 0 ? RingBufferWait.Woken : RingBufferWait.TimedOut;
    }

    /// <summary>Makes a present or the next <see cref="Wait"/> return.</summary>
    public void Wake()
    {
        ReadOnlySpan<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
        _ = LibC.Write(_wake, one);
    }

    /// <summary>Ends waiting readers, waits for another thread's open batch to end, and unmaps the ring; this thread's own open batch stays valid until it ends.</summary>
    public void Dispose()
    {
        lock (_reading)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (!_hasOpenBatch)
            {
                Unmap();
            }
        }

        // Waiters hold references of their own to both until this wakes them.
        Wake();
        _epoll.Dispose();
        _wake.Dispose();
        _map.Dispose();
    }

    /// <summary>Ends a batch once; a copy of it that is disposed later changes nothing.</summary>
    internal void EndBatch(int number, ulong position)
    {
        if (!_reading.IsHeldByCurrentThread || !_hasOpenBatch || number != _batchNumber)
        {
            return;
        }

        Volatile.Write(ref ConsumerPosition, position);
        _hasOpenBatch = false;
        if (_isDisposed)
        {
            Unmap();
        }

        _reading.Exit();
    }

    private void Unmap()
    {
        LibC.UnmapMemory(_consumerPage, _pageSize);
        LibC.UnmapMemory(_producerPages, _pageSize + (2 * CapacityBytes));
    }
}

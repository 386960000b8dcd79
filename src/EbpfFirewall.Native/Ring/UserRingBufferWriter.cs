using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

/// <summary>
/// Writes records for a program to drain (<c>bpf_user_ringbuf_drain</c>, Linux 6.1) through shared memory: no system call a record.
/// </summary>
/// <remarks>Safe for concurrent use: a lock makes the writers one producer, which is all that the kernel allows.</remarks>
public sealed unsafe class UserRingBufferWriter : IDisposable
{
    private const int HeaderSize = 8;

    private readonly SafeMapHandle _map;
    private readonly Lock _writing = new();
    private readonly long _pageSize = Environment.SystemPageSize;
    private readonly nint _consumerPage;
    private readonly nint _producerPages;
    private bool _isDisposed;

    /// <summary>Maps the ring. The writer has a descriptor of its own: the map may be disposed before it.</summary>
    /// <param name="map">A map of type <see cref="BpfMapType.UserRingBuffer"/>.</param>
    /// <exception cref="ArgumentException">The map is of another type.</exception>
    /// <exception cref="BpfException">Mapping failed.</exception>
    public UserRingBufferWriter(BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.Type != BpfMapType.UserRingBuffer)
        {
            throw new ArgumentException($"Map '{map.Name}' is no user ring buffer but {map.Type}.", nameof(map));
        }

        CapacityBytes = map.MaxEntries;
        _map = new SafeMapHandle(LibC.Duplicate(map.Handle));

        // One page that the kernel writes, one that the writer writes, then the data twice in a row, so that a record never wraps.
        string operation = $"map the user ring buffer '{map.Name}'";
        _consumerPage = LibC.MapMemory(_map, _pageSize, 0, writable: false, operation);
        _producerPages = LibC.MapMemory(_map, _pageSize + (2 * CapacityBytes), _pageSize, writable: true, operation);
    }

    /// <summary>Size of the ring in bytes. Each record takes its length, rounded up to 8, and 8 more.</summary>
    public long CapacityBytes { get; }

    /// <summary>Bytes that no program has drained yet.</summary>
    public long BacklogBytes
    {
        get
        {
            lock (_writing)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                return (long)(ProducerPosition - Volatile.Read(ref *(ulong*)_consumerPage));
            }
        }
    }

    private ref ulong ProducerPosition => ref *(ulong*)_producerPages;

    /// <summary>Appends a record. The next drain sees it.</summary>
    /// <param name="record">At most <see cref="CapacityBytes"/> less 8 bytes.</param>
    /// <returns>False when there is no room until a program drains.</returns>
    /// <exception cref="ArgumentException">The record can never fit.</exception>
    public bool TryWrite(ReadOnlySpan<byte> record)
    {
        long needed = (record.Length + HeaderSize + 7L) / 8 * 8;
        if (needed > CapacityBytes)
        {
            throw new ArgumentException($"A record of {record.Length} bytes does not fit into a ring of {CapacityBytes}.", nameof(record));
        }

        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            ulong position = ProducerPosition;
            if ((long)(position - Volatile.Read(ref *(ulong*)_consumerPage)) + needed > CapacityBytes)
            {
                return false;
            }

            byte* at = (byte*)_producerPages + _pageSize + (long)(position & ((ulong)CapacityBytes - 1));
            *(uint*)at = (uint)record.Length;
            *(uint*)(at + 4) = 0;
            record.CopyTo(new Span<byte>(at + HeaderSize, record.Length));

            // The kernel looks at nothing behind this position: header and data are complete before it moves.
            Volatile.Write(ref ProducerPosition, position + (ulong)needed);
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_writing)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                LibC.UnmapMemory(_consumerPage, _pageSize);
                LibC.UnmapMemory(_producerPages, _pageSize + (2 * CapacityBytes));
                _map.Dispose();
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EbpfFirewall.Native;

/// <summary>
/// Records that <see cref="RingBufferReader.Read"/> found. For <c>foreach</c>: it is its own enumerator, and disposing it gives the
/// space back to the producers.
/// </summary>
public unsafe ref struct RingBufferBatch : IDisposable
{
    private const uint BusyBit = 1u << 31;
    private const uint DiscardBit = 1u << 30;
    private const uint HeaderSize = 8;

    private readonly int _number;
    private readonly byte* _data;
    private readonly ulong _mask;
    private readonly ulong _end;
    private RingBufferReader? _reader;
    private ulong _position;
    private int _left;
    private byte* _record;
    private int _length;

    internal RingBufferBatch(RingBufferReader reader, int number, byte* data, ulong mask, ulong start, ulong end, int maxRecords)
    {
        _reader = reader;
        _number = number;
        _data = data;
        _mask = mask;
        _position = start;
        _end = end;
        _left = maxRecords;
    }

    /// <summary>The present record, as the program wrote it; valid until the batch ends.</summary>
    public readonly ReadOnlySpan<byte> Current => MemoryMarshal.CreateReadOnlySpan(ref *_record, _length);

    /// <summary>This batch.</summary>
    public readonly RingBufferBatch GetEnumerator() => this;

    /// <summary>Goes to the next record. Discarded ones are skipped; one that is still being written ends the batch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext()
    {
        while (_position < _end && _left > 0)
        {
            byte* record = _data + (_position & _mask);
            uint header = Volatile.Read(ref *(uint*)record);
            if (header < DiscardBit)
            {
                // A record and nothing else: the header is its length, and the next one cannot be found before this is added up.
                _position += Footprint(header);
                _left--;
                _record = record + HeaderSize;
                _length = (int)header;
                return true;
            }

            if ((header & BusyBit) != 0)
            {
                return false;
            }

            _position += Footprint(header & ~DiscardBit);
        }

        return false;
    }

    /// <summary>Ends the batch: what was enumerated is consumed, what was not comes again.</summary>
    public void Dispose()
    {
        RingBufferReader? reader = _reader;
        _reader = null;
        reader?.EndBatch(_number, _position);
    }

    /// <summary>What a record takes of the ring: its header, and its length rounded up to 8.</summary>
    private static ulong Footprint(uint length) => ((ulong)length + HeaderSize + 7) & ~7UL;
}

using System.Buffers.Binary;

namespace EbpfFirewall.Dns.Wire;

/// <summary>
/// Writes a message from front to back: questions, then records in the order of their sections. What does not fit is left
/// out as a whole and said so. Neither allocates nor throws for lack of room.
/// </summary>
/// <remarks>One owner. Names are compressed where RFC 1035 and RFC 3597 allow it.</remarks>
public ref struct DnsWriter
{
    private const int PointerMark = 0xC000;

    private readonly Span<byte> _buffer;
    private NameCompressor _names;
    private int _questionsEnd;
    private ushort _questions;
    private ushort _answers;
    private ushort _authorities;
    private ushort _additionals;

    /// <summary>Starts a message.</summary>
    /// <param name="buffer">Where it goes; at most 65,535 octets of it are used.</param>
    /// <param name="id">Transaction id.</param>
    /// <param name="flags">The second word, opcode included. The response code may still be set by <see cref="Complete"/>.</param>
    public DnsWriter(Span<byte> buffer, ushort id, DnsFlags flags)
    {
        _buffer = buffer.Length > ushort.MaxValue ? buffer[..ushort.MaxValue] : buffer;
        Id = id;
        Flags = flags;
        Limit = _buffer.Length;
        Length = DnsHeader.Size;
        _questionsEnd = DnsHeader.Size;
    }

    /// <summary>Transaction id.</summary>
    public ushort Id { get; }

    /// <summary>The second word of the header.</summary>
    public DnsFlags Flags { get; set; }

    /// <summary>Octets written so far.</summary>
    public int Length { get; private set; }

    /// <summary>
    /// Octets that the message may have; at most the buffer's length. Lower it to keep room for what must come last.
    /// </summary>
    public int Limit { get; set => field = Math.Min(value, _buffer.Length); }

    /// <summary>Writes a question.</summary>
    /// <returns>False when it does not fit; nothing was written then.</returns>
    public bool TryWriteQuestion(scoped DnsName name, DnsType type, DnsClass @class)
    {
        int start = Length;
        if (!TryWriteName(name, compress: true) || !TryWrite((ushort)type) || !TryWrite((ushort)@class))
        {
            return Undo(start);
        }

        _questions++;
        _questionsEnd = Length;
        return true;
    }

    /// <summary>Writes a record. <paramref name="data"/> is taken as it is: names in it are not compressed.</summary>
    /// <returns>False when it does not fit; nothing was written then.</returns>
    public bool TryWriteRecord(DnsSection section, scoped DnsName owner, DnsType type, DnsClass @class, uint rawTtl, scoped ReadOnlySpan<byte> data)
    {
        int start = Length;
        if (!TryWriteFront(owner, type, @class, rawTtl, out int dataStart) || !TryWrite(data))
        {
            return Undo(start);
        }

        return FinishRecord(section, dataStart);
    }

    /// <summary>Writes a record that was read from another message, its names expanded or compressed anew.</summary>
    /// <returns>False when it does not fit; nothing was written then.</returns>
    public bool TryWriteRecord(scoped in DnsRecord record, uint rawTtl)
    {
        int start = Length;
        RecordLayout layout = RecordLayout.Of(record.Type, record.Class);
        if (!TryWriteFront(record.Owner, record.Type, record.Class, rawTtl, out int dataStart)
            || !(layout.Names == 0 ? TryWrite(record.Data) : TryWriteData(record, layout)))
        {
            return Undo(start);
        }

        return FinishRecord(record.Section, dataStart);
    }

    /// <summary>Writes an OPT pseudo-record (RFC 6891).</summary>
    /// <param name="edns">Size, extended code, version and flags.</param>
    /// <param name="options">Options in wire form: code, length, data.</param>
    /// <returns>False when it does not fit; nothing was written then.</returns>
    public bool TryWriteOpt(DnsEdns edns, scoped ReadOnlySpan<byte> options)
    {
        _ = DnsName.TryCreate([0], out DnsName root);
        return TryWriteRecord(DnsSection.Additional, root, DnsType.Opt, (DnsClass)edns.UdpPayloadSize, edns.ToRawTtl(), options);
    }

    /// <summary>Drops every record, keeps the questions and sets TC: what a client over UDP gets when the answer is too long.</summary>
    public void Truncate()
    {
        Undo(_questionsEnd);
        _answers = 0;
        _authorities = 0;
        _additionals = 0;
        Flags |= DnsFlags.Truncated;
    }

    /// <summary>Writes the header.</summary>
    /// <param name="responseCode">The code; its lower four bits go into the header.</param>
    /// <returns>Length of the message; 0 when the buffer has no room for a header.</returns>
    public int Complete(DnsResponseCode responseCode = DnsResponseCode.NoError)
    {
        if (_buffer.Length < DnsHeader.Size)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer, Id);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(((int)Flags & 0xFFF0) | ((int)responseCode & 0xF)));
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[4..], _questions);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[6..], _answers);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[8..], _authorities);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[10..], _additionals);
        return Length;
    }

    private bool TryWriteData(scoped in DnsRecord record, RecordLayout layout)
    {
        ReadOnlySpan<byte> data = record.Data;
        int front = layout.Prefix;
        for (int i = 0; i < layout.Strings; i++)
        {
            front += data[front] + 1;
        }

        if (!TryWrite(data[..front]) || !TryWriteName(record.Name, layout.Compress))
        {
            return false;
        }

        int namesInPlace = record.Name.InPlaceLength;
        if (layout.Names == 2)
        {
            namesInPlace += record.SecondName.InPlaceLength;
            if (!TryWriteName(record.SecondName, layout.Compress))
            {
                return false;
            }
        }

        return TryWrite(data[(front + namesInPlace)..]);
    }

    private bool TryWriteFront(scoped DnsName owner, DnsType type, DnsClass @class, uint rawTtl, out int dataStart)
    {
        bool written = TryWriteName(owner, compress: true)
            && TryWrite((ushort)type)
            && TryWrite((ushort)@class)
            && TryWrite((ushort)(rawTtl >> 16))
            && TryWrite((ushort)rawTtl)
            && TryWrite((ushort)0);
        dataStart = Length;
        return written;
    }

    private bool FinishRecord(DnsSection section, int dataStart)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(dataStart - 2)..], (ushort)(Length - dataStart));
        switch (section)
        {
            case DnsSection.Answer:
                _answers++;
                break;
            case DnsSection.Authority:
                _authorities++;
                break;
            default:
                _additionals++;
                break;
        }

        return true;
    }

    private bool TryWriteName(scoped DnsName name, bool compress)
    {
        Span<byte> expanded = stackalloc byte[NameCodec.MaxLength];
        scoped ReadOnlySpan<byte> flat = name.Flat;
        if (flat.IsEmpty)
        {
            int length = name.CopyTo(expanded);
            flat = expanded[..length];
        }

        if (flat.IsEmpty || Length > Limit)
        {
            return false;
        }

        int target = 0;
        int literal = compress ? _names.Find(_buffer[..Length], flat, out target) : flat.Length;
        int start = Length;
        if (!TryWrite(flat[..literal]) || (literal < flat.Length && !TryWrite((ushort)(PointerMark | target))))
        {
            return false;
        }

        _names.Add(start, flat, literal);
        return true;
    }

    private bool TryWrite(ushort value)
    {
        if (Limit - Length < 2)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer[Length..], value);
        Length += 2;
        return true;
    }

    private bool TryWrite(scoped ReadOnlySpan<byte> octets)
    {
        if (Limit - Length < octets.Length)
        {
            return false;
        }

        octets.CopyTo(_buffer[Length..]);
        Length += octets.Length;
        return true;
    }

    private bool Undo(int start)
    {
        Length = start;
        _names.Rewind(start);
        return false;
    }
}

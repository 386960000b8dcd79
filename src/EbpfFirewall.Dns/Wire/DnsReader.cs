using System.Buffers.Binary;

namespace EbpfFirewall.Dns.Wire;

/// <summary>
/// Reads a message from front to back: header, questions, records. Everything it hands out has been checked; the first
/// thing that is wrong ends the reading with a status. Neither allocates nor throws, and takes time in proportion to the
/// size of the message, whatever is in it.
/// </summary>
/// <remarks>One owner. A copy reads on its own.</remarks>
public ref struct DnsReader
{
    private readonly ReadOnlySpan<byte> _message;
    private NameMemo _memo;
    private int _position;
    private int _questions;
    private int _answers;
    private int _authorities;
    private int _additionals;

    /// <summary>Starts at the header. <see cref="Status"/> says whether there is one.</summary>
    public DnsReader(ReadOnlySpan<byte> message)
    {
        _message = message;
        if (message.Length < DnsHeader.Size)
        {
            Status = DnsStatus.Truncated;
            return;
        }

        Header = new DnsHeader(
            BinaryPrimitives.ReadUInt16BigEndian(message),
            (DnsFlags)BinaryPrimitives.ReadUInt16BigEndian(message[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[6..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[8..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[10..]));
        _position = DnsHeader.Size;
        _questions = Header.QuestionCount;
        _answers = Header.AnswerCount;
        _authorities = Header.AuthorityCount;
        _additionals = Header.AdditionalCount;
    }

    /// <summary>The header; all zero when the message is too short for one.</summary>
    public DnsHeader Header { get; }

    /// <summary>Ok while all is well; End when the whole message was read and was well formed; else what is wrong.</summary>
    public DnsStatus Status { get; private set; }

    /// <summary>Offset of what is read next.</summary>
    public readonly int Position => _position;

    /// <summary>Reads the next question.</summary>
    /// <returns>False after the last one, or when it is malformed; <see cref="Status"/> tells which.</returns>
    public bool TryReadQuestion(out DnsQuestion question)
    {
        question = default;
        if (Status != DnsStatus.Ok || _questions == 0 || !TryReadName(out DnsName name))
        {
            return false;
        }

        if (_message.Length - _position < 4)
        {
            return Fail(DnsStatus.Truncated);
        }

        ReadOnlySpan<byte> fields = _message[_position..];
        question = new DnsQuestion(
            name,
            (DnsType)BinaryPrimitives.ReadUInt16BigEndian(fields),
            (DnsClass)BinaryPrimitives.ReadUInt16BigEndian(fields[2..]));
        _position += 4;
        _questions--;
        return true;
    }

    /// <summary>Reads the next record, of whatever section; questions not read yet are skipped.</summary>
    /// <returns>False at the end, or when something is malformed; <see cref="Status"/> tells which.</returns>
    public bool TryReadRecord(out DnsRecord record)
    {
        record = default;
        while (_questions > 0)
        {
            if (!TryReadQuestion(out _))
            {
                return false;
            }
        }

        if (Status != DnsStatus.Ok)
        {
            return false;
        }

        if (!TryTakeSection(out DnsSection section))
        {
            return Fail(_position == _message.Length ? DnsStatus.End : DnsStatus.TrailingBytes);
        }

        if (!TryReadName(out DnsName owner))
        {
            return false;
        }

        if (_message.Length - _position < 10)
        {
            return Fail(DnsStatus.Truncated);
        }

        ReadOnlySpan<byte> fields = _message.Slice(_position, 10);
        DnsType type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(fields);
        DnsClass @class = (DnsClass)BinaryPrimitives.ReadUInt16BigEndian(fields[2..]);
        uint ttl = BinaryPrimitives.ReadUInt32BigEndian(fields[4..]);
        int size = BinaryPrimitives.ReadUInt16BigEndian(fields[8..]);
        _position += 10;
        if (size > _message.Length - _position)
        {
            return Fail(DnsStatus.Truncated);
        }

        RecordLayout layout = RecordLayout.Of(type, @class);
        DnsStatus status = layout.Check(_message[..(_position + size)], _position, size, ref _memo, out DnsName first, out DnsName second);
        if (status != DnsStatus.Ok)
        {
            return Fail(status == DnsStatus.Truncated ? DnsStatus.BadRecordData : status);
        }

        record = new DnsRecord(owner, section, type, @class, ttl, _message.Slice(_position, size), first, second);
        _position += size;
        return true;
    }

    /// <summary>Reads what is left without looking at it.</summary>
    /// <returns>End for a message that was well formed to its last octet; else what is wrong.</returns>
    public DnsStatus ReadToEnd()
    {
        while (TryReadRecord(out _))
        {
        }

        return Status;
    }

    private bool TryTakeSection(out DnsSection section)
    {
        if (_answers > 0)
        {
            _answers--;
            section = DnsSection.Answer;
            return true;
        }

        if (_authorities > 0)
        {
            _authorities--;
            section = DnsSection.Authority;
            return true;
        }

        section = DnsSection.Additional;
        return _additionals-- > 0;
    }

    private bool TryReadName(out DnsName name)
    {
        name = default;
        DnsStatus status = NameCodec.Measure(_message, _position, ref _memo, out int end, out int length);
        if (status != DnsStatus.Ok)
        {
            return Fail(status);
        }

        name = new DnsName(_message, _position, end, length);
        _position = end;
        return true;
    }

    private bool Fail(DnsStatus status)
    {
        Status = status;
        return false;
    }
}

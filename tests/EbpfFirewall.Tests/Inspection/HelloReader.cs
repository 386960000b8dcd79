using System.Buffers.Binary;
using System.Text;

namespace EbpfFirewall.Tests.Inspection;

/// <summary>
/// A second opinion on a ClientHello: written from the RFCs for whole byte strings, with exceptions instead of states. Records are joined
/// first, the message is read from what they hold.
/// </summary>
internal sealed class HelloReader
{
    private const int MaxHello = 16384;
    private readonly List<byte> _message = [];
    private readonly List<(int End, int Missing)> _ends = [];
    private int _at;
    private string? _name;
    private int _version;
    private int _flags;

    /// <summary>Reads what has come of a connection so far.</summary>
    internal static Inspection Read(ReadOnlySpan<byte> stream)
    {
        var reader = new HelloReader();
        InspectionAnswer answer;
        try
        {
            answer = reader.Run(stream);
        }
        catch (EndException end)
        {
            answer = end.Answer;
        }

        return new Inspection(answer, reader._name, reader._version, reader._flags);
    }

    private InspectionAnswer Run(ReadOnlySpan<byte> stream)
    {
        EndException? recordFault = JoinRecords(stream);
        try
        {
            return ReadHello();
        }
        catch (EndException end) when (end.Answer == InspectionAnswer.More && recordFault is not null)
        {
            return recordFault.Answer;
        }
    }

    /// <summary>RFC 8446 section 5.1. A fault counts only if the message is not whole before it.</summary>
    private EndException? JoinRecords(ReadOnlySpan<byte> stream)
    {
        bool first = true;
        while (stream.Length >= 5)
        {
            if (stream[0] != 22 || stream[1] != 3)
            {
                return new EndException(first ? InspectionAnswer.Other : InspectionAnswer.Malformed);
            }

            first = false;
            int length = BinaryPrimitives.ReadUInt16BigEndian(stream[3..]);
            if (length is 0 or > 16384)
            {
                return new EndException(InspectionAnswer.Malformed);
            }

            ReadOnlySpan<byte> fragment = stream[5..][..Math.Min(length, stream.Length - 5)];
            _message.AddRange(fragment);
            _ends.Add((_message.Count, length - fragment.Length));
            if (fragment.Length < length)
            {
                return null;
            }

            stream = stream[(5 + length)..];
        }

        return null;
    }

    private InspectionAnswer ReadHello()
    {
        ReadOnlySpan<byte> head = Take(6);
        Require(head[0] == 1 && head[4] == 3);
        int length = (head[1] << 16) | (head[2] << 8) | head[3];
        if (length > MaxHello)
        {
            throw new EndException(InspectionAnswer.TooLong);
        }

        int end = 4 + length;
        Require(length >= 2 + 32 + 1);
        _version = BinaryPrimitives.ReadUInt16BigEndian(head[4..]);
        Take(32);
        int sessionId = Take(1)[0];
        Require(sessionId <= 32 && _at + sessionId + 2 <= end);
        Take(sessionId);
        int ciphers = Number(2);
        Require(ciphers > 0 && ciphers % 2 == 0 && _at + ciphers + 1 <= end);
        Take(ciphers);
        int compression = Number(1);
        Require(compression > 0 && _at + compression <= end);
        if (_at + compression < end)
        {
            Require(_at + compression + 2 <= end);
            Take(compression);
            int extensions = Number(2);
            Require(_at + extensions == end);
            ReadExtensions(end);
        }
        else
        {
            Take(compression);
        }

        Require(_ends.Exists(record => record == (end, 0)));
        return _name is null ? InspectionAnswer.NoName : InspectionAnswer.Name;
    }

    private void ReadExtensions(int end)
    {
        HashSet<int> seen = [];
        while (_at < end)
        {
            Require(_at + 4 <= end);
            int type = Number(2, 4);
            int length = Number(2);
            Require(_at + length <= end);
            int stop = _at + length;
            if (type is 0 or 16 or 43 or 0xfe0d)
            {
                ReadKnown(type, length, seen, stop);
            }

            // What stands behind is asked for together with the rest.
            Require(stop == end || stop + 4 <= end);
            Take(stop - _at);
        }
    }

    private void ReadKnown(int type, int length, HashSet<int> seen, int stop)
    {
        switch (type)
        {
            case 0:
                Require(length is > 5 and <= 260);
                Require(seen.Add(type));
                ReadOnlySpan<byte> head = Take(5);
                Require(BinaryPrimitives.ReadUInt16BigEndian(head) == length - 2 && head[2] == 0
                    && BinaryPrimitives.ReadUInt16BigEndian(head[3..]) == length - 5);
                _name = CheckName(Encoding.Latin1.GetString(Take(length - 5)));
                break;
            case 43:
                Require(length >= 3);
                Require(seen.Add(type));
                _version = 0;
                Require(Number(1) == length - 1 && length % 2 == 1);
                while (_at < stop)
                {
                    int version = Number(2);
                    _version = version >> 8 == 3 ? Math.Max(_version, version) : _version;
                }

                break;
            case 16:
                Require(length >= 4);
                Require(seen.Add(type));
                Require(Number(2) == length - 2);
                while (_at < stop)
                {
                    int size = Number(1);
                    Require(size > 0 && _at + size <= stop);
                    if (size is 2 or 8)
                    {
                        string protocol = Encoding.Latin1.GetString(Take(size));
                        _flags |= protocol == "h2" ? Inspection.OffersH2 : protocol == "http/1.1" ? Inspection.OffersHttp1 : 0;
                    }
                    else if (_at + size < stop)
                    {
                        Take(size);
                    }
                    else
                    {
                        break;
                    }
                }

                break;
            default:
                Require(seen.Add(type));
                _flags |= Inspection.SawEch;
                break;
        }
    }

    private static string CheckName(string text)
    {
        Require(HostText.Check(text, out string name) == InspectionAnswer.Name);
        return name;
    }

    private int Number(int octets, int together = 0)
    {
        ReadOnlySpan<byte> bytes = Take(octets, together);
        return octets == 1 ? bytes[0] : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    /// <param name="octets">How many.</param>
    /// <param name="together">How many must have come, when those behind are looked at only together with these.</param>
    private ReadOnlySpan<byte> Take(int octets, int together = 0)
    {
        if (_at + Math.Max(octets, together) > _message.Count)
        {
            throw new EndException(InspectionAnswer.More);
        }

        ReadOnlySpan<byte> taken = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_message).Slice(_at, octets);
        _at += octets;
        return taken;
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new EndException(InspectionAnswer.Malformed);
        }
    }

    private sealed class EndException(InspectionAnswer answer) : Exception
    {
        internal InspectionAnswer Answer { get; } = answer;
    }
}

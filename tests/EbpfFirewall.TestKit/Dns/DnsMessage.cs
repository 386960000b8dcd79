using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace EbpfFirewall.TestKit.Dns;

/// <summary>Just enough of RFC 1035 to read a question and write an answer, independent of the product's codec.</summary>
internal static class DnsMessage
{
    private const int HeaderBytes = 12;
    private const ushort ClassInternet = 1;

    internal static byte[] EncodeName(string name)
    {
        MemoryStream encoded = new();
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            encoded.WriteByte((byte)label.Length);
            encoded.Write(Encoding.ASCII.GetBytes(label));
        }

        encoded.WriteByte(0);
        return encoded.ToArray();
    }

    internal static DnsQuery ReadQuery(ProtocolType protocol, byte[] message)
    {
        List<string> labels = [];
        int at = HeaderBytes;
        while (message[at] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(message, at + 1, message[at]));
            at += message[at] + 1;
        }

        return new DnsQuery(
            protocol,
            string.Join('.', labels).ToLowerInvariant(),
            BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at + 1)),
            message);
    }

    internal static byte[] WriteAnswer(DnsQuery query, DnsAnswer answer)
    {
        if (answer.Raw is not null)
        {
            return answer.Raw;
        }

        MemoryStream message = new();
        int flags = 0x8180 | (answer.Truncated ? 0x0200 : 0) | answer.ResponseCode;
        Write(message, BinaryPrimitives.ReadUInt16BigEndian(query.Bytes) + answer.IdOffset);
        Write(message, flags);
        Write(message, 1);
        Write(message, answer.Answers.Length);
        Write(message, answer.Authority.Length);
        Write(message, answer.Additional.Length);
        message.Write(QuestionName(query, answer));
        Write(message, query.Type);
        Write(message, ClassInternet);
        foreach (DnsRecord record in answer.Answers.Concat(answer.Authority).Concat(answer.Additional))
        {
            message.Write(EncodeName(record.Name));
            Write(message, record.Type);
            Write(message, ClassInternet);
            Write(message, (int)(record.Ttl >> 16));
            Write(message, (int)(record.Ttl & 0xffff));
            Write(message, record.Data.Length);
            message.Write(record.Data);
        }

        return message.ToArray();
    }

    /// <summary>The question comes back byte for byte, letter case included.</summary>
    private static ReadOnlySpan<byte> QuestionName(DnsQuery query, DnsAnswer answer)
    {
        if (answer.Question is not null)
        {
            return EncodeName(answer.Question);
        }

        int end = HeaderBytes;
        while (query.Bytes[end] != 0)
        {
            end += query.Bytes[end] + 1;
        }

        return query.Bytes.AsSpan(HeaderBytes, end + 1 - HeaderBytes);
    }

    private static void Write(MemoryStream message, int value)
    {
        message.WriteByte((byte)(value >> 8));
        message.WriteByte((byte)value);
    }
}

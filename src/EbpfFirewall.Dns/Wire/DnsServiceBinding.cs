using System.Buffers.Binary;

namespace EbpfFirewall.Dns.Wire;

/// <summary>The data of an HTTPS or SVCB record (RFC 9460 section 2.2). Only a view; valid while the message is.</summary>
public readonly ref struct DnsServiceBinding
{
    private DnsServiceBinding(ushort priority, DnsName target, ReadOnlySpan<byte> parameters)
    {
        Priority = priority;
        Target = target;
        Parameters = parameters;
    }

    /// <summary>0 for an alias; else the order among services.</summary>
    public ushort Priority { get; }

    /// <summary>The name of the endpoint; the root stands for the record's owner.</summary>
    public DnsName Target { get; }

    /// <summary>All parameters in wire form.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>Reads and checks record data: an uncompressed target, keys strictly ascending, lengths exact, values of the keys we know in form.</summary>
    public static DnsStatus TryRead(ReadOnlySpan<byte> data, out DnsServiceBinding binding)
    {
        binding = default;
        if (data.Length < 3)
        {
            return DnsStatus.BadRecordData;
        }

        int end = 2;
        while (end < data.Length && data[end] != 0)
        {
            end += data[end] + 1;
        }

        end++;
        if (end > data.Length || DnsName.TryCreate(data[2..end], out DnsName target) != DnsStatus.Ok)
        {
            return DnsStatus.BadRecordData;
        }

        ReadOnlySpan<byte> rest = data[end..];
        int lastKey = -1;
        while (!rest.IsEmpty)
        {
            if (!TryReadParameter(ref rest, out DnsServiceParameter key, out ReadOnlySpan<byte> value)
                || (ushort)key <= lastKey
                || !IsWellFormed(key, value))
            {
                return DnsStatus.BadRecordData;
            }

            lastKey = (ushort)key;
        }

        binding = new DnsServiceBinding(BinaryPrimitives.ReadUInt16BigEndian(data), target, data[end..]);
        return DnsStatus.Ok;
    }

    /// <summary>Takes the first parameter off <paramref name="rest"/>.</summary>
    /// <returns>False at the end, or when the lengths do not fit.</returns>
    public static bool TryReadParameter(scoped ref ReadOnlySpan<byte> rest, out DnsServiceParameter key, out ReadOnlySpan<byte> value)
    {
        key = 0;
        value = default;
        if (rest.Length < 4)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (length > rest.Length - 4)
        {
            return false;
        }

        key = (DnsServiceParameter)BinaryPrimitives.ReadUInt16BigEndian(rest);
        value = rest.Slice(4, length);
        rest = rest[(4 + length)..];
        return true;
    }

    private static bool IsWellFormed(DnsServiceParameter key, ReadOnlySpan<byte> value) => key switch
    {
        DnsServiceParameter.Mandatory => value.Length > 0 && value.Length % 2 == 0,
        DnsServiceParameter.Alpn => IsProtocolList(value),
        DnsServiceParameter.NoDefaultAlpn => value.IsEmpty,
        DnsServiceParameter.Port => value.Length == 2,
        DnsServiceParameter.Ipv4Hint => value.Length > 0 && value.Length % 4 == 0,
        DnsServiceParameter.Ipv6Hint => value.Length > 0 && value.Length % 16 == 0,
        _ => true,
    };

    private static bool IsProtocolList(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return false;
        }

        while (!value.IsEmpty)
        {
            int size = value[0] + 1;
            if (size == 1 || size > value.Length)
            {
                return false;
            }

            value = value[size..];
        }

        return true;
    }
}

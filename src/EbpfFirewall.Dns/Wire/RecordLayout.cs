using System.Buffers.Binary;

namespace EbpfFirewall.Dns.Wire;

/// <summary>
/// Where the names stand in the data of the types whose names may be compressed (RFC 3597 section 4), and what else is
/// fixed about a type's data. Everything else is opaque octets.
/// </summary>
/// <param name="Prefix">Octets in front.</param>
/// <param name="Strings">Character-strings behind them.</param>
/// <param name="Names">Names behind those.</param>
/// <param name="Suffix">Octets behind the names.</param>
/// <param name="Rest">What may follow.</param>
/// <param name="Compress">True for the types whose names a writer may compress: those of RFC 1035.</param>
internal readonly record struct RecordLayout(
    byte Prefix = 0,
    byte Strings = 0,
    byte Names = 0,
    byte Suffix = 0,
    RecordRest Rest = RecordRest.Nothing,
    bool Compress = false)
{
    private static RecordLayout Opaque => new(Rest: RecordRest.Octets);

    internal static RecordLayout Of(DnsType type, DnsClass @class) => type switch
    {
        DnsType.A when @class == DnsClass.In => new(Prefix: 4),
        DnsType.Aaaa when @class == DnsClass.In => new(Prefix: 16),
        DnsType.Ns or DnsType.Cname or DnsType.Ptr or DnsType.Md or DnsType.Mf or DnsType.Mb or DnsType.Mg or DnsType.Mr =>
            new(Names: 1, Compress: true),
        DnsType.Soa => new(Names: 2, Suffix: 20, Compress: true),
        DnsType.Minfo => new(Names: 2, Compress: true),
        DnsType.Mx => new(Prefix: 2, Names: 1, Compress: true),
        DnsType.Txt or DnsType.Spf => new(Rest: RecordRest.Strings),
        DnsType.Hinfo => new(Strings: 2),
        DnsType.Dname => new(Names: 1),
        DnsType.Rp => new(Names: 2),
        DnsType.Afsdb or DnsType.Rt or DnsType.Kx => new(Prefix: 2, Names: 1),
        DnsType.Px => new(Prefix: 2, Names: 2),
        DnsType.Srv => new(Prefix: 6, Names: 1),
        DnsType.Naptr => new(Prefix: 4, Strings: 3, Names: 1),
        DnsType.Sig => new(Prefix: 18, Names: 1, Rest: RecordRest.Octets),
        DnsType.Nxt => new(Names: 1, Rest: RecordRest.Octets),
        DnsType.Opt => new(Rest: RecordRest.Options),
        _ => Opaque,
    };

    /// <summary>Checks the data that stands at <paramref name="offset"/> and says where its first name is.</summary>
    internal DnsStatus Check(ReadOnlySpan<byte> message, int offset, int size, scoped ref NameMemo memo, out DnsName first, out DnsName second)
    {
        first = default;
        second = default;
        int end = offset + size;
        int position = offset + Prefix;
        for (int i = 0; i < Strings; i++)
        {
            if (position >= end)
            {
                return DnsStatus.BadRecordData;
            }

            position += message[position] + 1;
        }

        for (int i = 0; i < Names; i++)
        {
            if (position >= end)
            {
                return DnsStatus.BadRecordData;
            }

            DnsStatus status = NameCodec.Measure(message, position, ref memo, out int nameEnd, out int length);
            if (status != DnsStatus.Ok)
            {
                return status;
            }

            DnsName name = new(message, position, nameEnd, length);
            if (i == 0)
            {
                first = name;
            }
            else
            {
                second = name;
            }

            position = nameEnd;
        }

        position += Suffix;
        return IsRestWellFormed(message, position, end) ? DnsStatus.Ok : DnsStatus.BadRecordData;
    }

    private bool IsRestWellFormed(ReadOnlySpan<byte> message, int position, int end)
    {
        switch (Rest)
        {
            case RecordRest.Octets:
                return position <= end;
            case RecordRest.Strings:
                while (position < end)
                {
                    position += message[position] + 1;
                }

                return position == end;
            case RecordRest.Options:
                while (position + 4 <= end)
                {
                    position += 4 + BinaryPrimitives.ReadUInt16BigEndian(message[(position + 2)..]);
                }

                return position == end;
            default:
                return position == end;
        }
    }
}

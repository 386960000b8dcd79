namespace EbpfFirewall.Dns.Wire;

/// <summary>The fixed part of an OPT pseudo-record (RFC 6891 section 6.1).</summary>
/// <param name="UdpPayloadSize">Octets that the sender takes over UDP.</param>
/// <param name="ExtendedCode">The upper eight bits of the response code.</param>
/// <param name="Version">EDNS version; 0 is the only one there is.</param>
/// <param name="DnssecOk">DO: send DNSSEC records.</param>
public readonly record struct DnsEdns(ushort UdpPayloadSize, byte ExtendedCode, byte Version, bool DnssecOk)
{
    /// <summary>Octets of an OPT record without options.</summary>
    public const int Size = 11;

    private const uint DnssecOkBit = 0x8000;

    /// <summary>Reads the fields of an OPT record.</summary>
    /// <returns>False when the record is not one, stands outside the additional section, or has an owner other than the root.</returns>
    public static bool TryRead(scoped in DnsRecord record, out DnsEdns edns)
    {
        edns = new(
            (ushort)record.Class, (byte)(record.RawTtl >> 24), (byte)(record.RawTtl >> 16), (record.RawTtl & DnssecOkBit) != 0);
        return record.Type == DnsType.Opt && record.Section == DnsSection.Additional && record.Owner.IsRoot;
    }

    /// <summary>The fields as they stand in a record's TTL.</summary>
    public uint ToRawTtl() => ((uint)ExtendedCode << 24) | ((uint)Version << 16) | (DnssecOk ? DnssecOkBit : 0);
}

namespace EbpfFirewall.Dns.Wire;

/// <summary>One well-formed record. Only a view; valid while the message is.</summary>
public readonly ref struct DnsRecord
{
    internal DnsRecord(
        DnsName owner, DnsSection section, DnsType type, DnsClass @class, uint rawTtl, ReadOnlySpan<byte> data, DnsName name, DnsName secondName)
    {
        Owner = owner;
        Section = section;
        Type = type;
        Class = @class;
        RawTtl = rawTtl;
        Data = data;
        Name = name;
        SecondName = secondName;
    }

    /// <summary>The name that the record belongs to.</summary>
    public DnsName Owner { get; }

    /// <summary>Where it stands.</summary>
    public DnsSection Section { get; }

    /// <summary>Its type.</summary>
    public DnsType Type { get; }

    /// <summary>Its class; for OPT the sender's UDP payload size.</summary>
    public DnsClass Class { get; }

    /// <summary>The TTL field as it stands; for OPT extended response code, version and flags.</summary>
    public uint RawTtl { get; }

    /// <summary>Lifetime in seconds. A field with the top bit set means 0 (RFC 2181 section 8).</summary>
    public uint TimeToLive => RawTtl > int.MaxValue ? 0 : RawTtl;

    /// <summary>The data as it stands: names in it may be compressed, so that it means nothing outside its message.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>
    /// The first name in the data of a type whose names may be compressed: the target of CNAME, DNAME, NS, PTR, MX and SRV,
    /// the primary server of SOA. An empty name (length 0) for every other type.
    /// </summary>
    public DnsName Name { get; }

    /// <summary>The second name: the mailbox of SOA. An empty name (length 0) where there is none.</summary>
    public DnsName SecondName { get; }

    /// <summary>For RRSIG and SIG the type that is signed; 0 for other types.</summary>
    public DnsType CoveredType =>
        Type is DnsType.Rrsig or DnsType.Sig && Data.Length >= 2 ? (DnsType)((Data[0] << 8) | Data[1]) : 0;
}

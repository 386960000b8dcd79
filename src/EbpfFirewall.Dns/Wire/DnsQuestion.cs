namespace EbpfFirewall.Dns.Wire;

/// <summary>One question. Only a view; valid while the message is.</summary>
public readonly ref struct DnsQuestion
{
    internal DnsQuestion(DnsName name, DnsType type, DnsClass @class)
    {
        Name = name;
        Type = type;
        Class = @class;
    }

    /// <summary>The name in question, in the asker's case.</summary>
    public DnsName Name { get; }

    /// <summary>Query type.</summary>
    public DnsType Type { get; }

    /// <summary>Query class.</summary>
    public DnsClass Class { get; }
}

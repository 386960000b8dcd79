namespace EbpfFirewall.Dns.Wire;

/// <summary>Keys of service parameters (RFC 9460 section 14.3.2).</summary>
public enum DnsServiceParameter : ushort
{
    /// <summary>Keys that a client must understand to use the record.</summary>
    Mandatory = 0,

    /// <summary>Protocols, each with a length octet in front.</summary>
    Alpn = 1,

    /// <summary>The scheme's default protocol is not offered.</summary>
    NoDefaultAlpn = 2,

    /// <summary>Port.</summary>
    Port = 3,

    /// <summary>IPv4 addresses.</summary>
    Ipv4Hint = 4,

    /// <summary>Encrypted Client Hello configurations.</summary>
    Ech = 5,

    /// <summary>IPv6 addresses.</summary>
    Ipv6Hint = 6,
}

namespace EbpfFirewall.TestKit.Lab;

/// <summary>The three ways in which a program addresses a host.</summary>
public enum AddressKind
{
    /// <summary>An IPv4 address on an AF_INET socket.</summary>
    IPv4,

    /// <summary>An IPv6 address on an AF_INET6 socket.</summary>
    IPv6,

    /// <summary>An IPv4 address as <c>::ffff:a.b.c.d</c> on an AF_INET6 socket: what .NET and Java do by default.</summary>
    Mapped,
}

namespace EbpfFirewall.Integration.Tests.Infrastructure;

/// <summary>Destinations that no name and no ordinary rule opens.</summary>
public static class SpecialDestinations
{
    public static TheoryData<string, AddressKind> All => new()
    {
        { World.Metadata.V4, AddressKind.IPv4 },
        { World.Metadata.V4, AddressKind.Mapped },
        { World.Metadata.V6, AddressKind.IPv6 },
        { "169.254.170.2", AddressKind.IPv4 },
        { $"{World.LinkLocal}%{World.ClientDevice}", AddressKind.IPv6 },
        { "224.0.0.251", AddressKind.IPv4 },
        { "239.255.255.250", AddressKind.IPv4 },
        { $"ff02::fb%{World.ClientDevice}", AddressKind.IPv6 },
        { "198.51.100.255", AddressKind.IPv4 },
        { "255.255.255.255", AddressKind.IPv4 },
        { World.Embedding.V6, AddressKind.IPv6 },
        { World.SixToFour.V6, AddressKind.IPv6 },
    };
}

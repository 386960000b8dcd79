namespace EbpfFirewall.Tests.Inspection;

/// <summary>What the first bytes of a connection turned out to be.</summary>
internal sealed record Inspection(InspectionAnswer Answer, string? Name, int Version, int Flags)
{
    internal const int SawEch = 8;
    internal const int OffersH2 = 16;
    internal const int OffersHttp1 = 32;

    /// <summary>What does not depend on how far reading came.</summary>
    internal const int Told = SawEch | OffersH2 | OffersHttp1;
}
